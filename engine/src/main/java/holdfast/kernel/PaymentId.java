package holdfast.kernel;

import java.util.Optional;
import java.util.UUID;

/// Names a payment attempt. Made by us before anything is written, so that asking twice is asking once.
public record PaymentId(UUID value) {

    public static PaymentId next() {
        return new PaymentId(Ids.next());
    }

    /// What [#toString] says, the other way round; empty if it is something else.
    public static Optional<PaymentId> parse(String text) {
        try {
            var id = new PaymentId(UUID.fromString(text));
            return Optional.of(id).filter(parsed -> parsed.toString().equals(text));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
