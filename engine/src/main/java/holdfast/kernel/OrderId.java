package holdfast.kernel;

import java.util.UUID;

/// Names an order. Made by us before anything is written, so that asking twice is asking once.
public record OrderId(UUID value) {

    public static OrderId next() {
        return new OrderId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
