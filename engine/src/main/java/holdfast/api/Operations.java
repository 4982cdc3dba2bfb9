package holdfast.api;

import java.util.function.Supplier;

/// What those who run the shop want of its HTTP server.
///
/// @param figures where every request is counted
/// @param metrics makes the page of `/metrics`
/// @param readers who may read that page
public record Operations(HttpFigures figures, Supplier<byte[]> metrics, Readers readers) {

    /// Who may read `/metrics`.
    public enum Readers {
        /// Whoever asks from this machine or a private network, not through a proxy.
        PRIVATE,
        ALL,
        NONE
    }
}
