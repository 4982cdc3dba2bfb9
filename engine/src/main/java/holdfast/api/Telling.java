package holdfast.api;

/// Answers bit by bit, for as long as somebody listens.
@FunctionalInterface
non-sealed interface Telling extends Work {

    void tell(Call call, Listener listener);

    /// Who hears it. Throws [java.io.UncheckedIOException] when they are gone.
    interface Listener {

        /// Sends more, at once.
        void hear(String more);
    }
}
