package holdfast.kernel;

import java.util.UUID;

/// Names a fulfillment. Made by us before anything is written, so that asking twice is asking once.
public record FulfillmentId(UUID value) {

    public static FulfillmentId next() {
        return new FulfillmentId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
