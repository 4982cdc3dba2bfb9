package holdfast.psp;

import com.fasterxml.jackson.databind.JsonNode;

/// An answer, before it is sent.
///
/// @param replayed it was given before
record Result(int status, JsonNode body, boolean replayed) {}
