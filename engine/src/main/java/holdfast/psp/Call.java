package holdfast.psp;

import org.jspecify.annotations.Nullable;

/// A request over HTTP, read.
///
/// @param id what its path names, or empty
/// @param key its idempotency key, if it brought one
record Call(
        Operation operation,
        String path,
        String id,
        Form form,
        @Nullable String key) {

    /// The same for the same request, however its parameters are ordered.
    long fingerprint() {
        return Names.fingerprint(operation + "\n" + path + "\n" + form.canonical());
    }

    /// By what it is remembered that it was lost.
    String keyOrPath() {
        return key == null ? "without a key: " + path : key;
    }
}
