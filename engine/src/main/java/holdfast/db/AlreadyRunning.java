package holdfast.db;

/// Another server works on the same data folder. Nothing in it has been touched.
public final class AlreadyRunning extends CannotStart {

    private static final long serialVersionUID = 1L;

    AlreadyRunning(String message) {
        super(message);
    }
}
