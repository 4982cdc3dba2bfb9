package holdfast.drill;

/// Ends a replay early. The message is all that the person at the terminal needs.
public final class ReplayFailed extends RuntimeException {

    private static final long serialVersionUID = 1;

    ReplayFailed(String message) {
        super(message);
    }

    ReplayFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
