package holdfast.api;

import java.util.List;
import java.util.Map;

/// A value as it was sent. Numbers are kept as they were written, so that nothing is rounded before somebody
/// looks.
sealed interface Json {

    record Members(Map<String, Json> members) implements Json {}

    record Items(List<Json> items) implements Json {}

    record Text(String text) implements Json {}

    record Numeral(String digits) implements Json {}

    record Truth(boolean value) implements Json {}

    record Null() implements Json {}
}
