package holdfast.db;

/// Something outside the program keeps it from starting. The message is one sentence for the person who
/// started it; nobody needs the stack trace.
public class CannotStart extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public CannotStart(String message) {
        super(message);
    }

    public CannotStart(String message, Throwable cause) {
        super(message, cause);
    }
}
