package holdfast.drill;

/// Ends a drill early. The message is all that the person at the terminal needs.
public final class DrillFailed extends RuntimeException {

    private static final long serialVersionUID = 1;

    DrillFailed(String message) {
        super(message);
    }

    DrillFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
