package holdfast.audit;

import org.jspecify.annotations.Nullable;

/// A provider's books cannot be read right now; the message says why.
public final class UnreadableLedger extends RuntimeException {

    private static final long serialVersionUID = 1;

    public UnreadableLedger(String reason) {
        super(reason);
    }

    public UnreadableLedger(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
