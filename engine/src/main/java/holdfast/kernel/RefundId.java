package holdfast.kernel;

import java.util.UUID;

/// Names a refund. Made by us before anything is written, so that asking twice is asking once.
public record RefundId(UUID value) {

    public static RefundId next() {
        return new RefundId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
