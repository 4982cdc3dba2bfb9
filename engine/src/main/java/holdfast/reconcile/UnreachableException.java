package holdfast.reconcile;

/// A provider cannot be asked right now.
final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnreachableException(String detail) {
        super(detail);
    }
}
