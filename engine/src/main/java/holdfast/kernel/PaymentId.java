package holdfast.kernel;

import java.util.UUID;

/// Names a payment attempt. Made by us before anything is written, so that asking twice is asking once.
public record PaymentId(UUID value) {

    public static PaymentId next() {
        return new PaymentId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
