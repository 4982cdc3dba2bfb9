package holdfast.idempotency;

/// A finished answer: its status, and the very bytes of its body.
///
/// @param replayed whether this is an answer that was given before
public record Answer(int status, byte[] body, boolean replayed) {

    public static Answer of(int status, byte[] body) {
        return new Answer(status, body, false);
    }
}
