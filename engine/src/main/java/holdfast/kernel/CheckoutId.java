package holdfast.kernel;

import java.util.UUID;

/// Names a checkout. Made by us before anything is written, so that asking twice is asking once.
public record CheckoutId(UUID value) {

    public static CheckoutId next() {
        return new CheckoutId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
