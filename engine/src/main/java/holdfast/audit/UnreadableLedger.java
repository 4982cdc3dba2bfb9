package holdfast.audit;

/// A provider's books cannot be read right now; the message says why.
public final class UnreadableLedger extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnreadableLedger(String reason) {
        super(reason);
    }

    public UnreadableLedger(String reason, Throwable cause) {
        super(reason, cause);
    }
}
