package holdfast.kernel;

import java.util.UUID;

/// Names a hold. Made by us before anything is written, so that asking twice is asking once.
public record HoldId(UUID value) {

    public static HoldId next() {
        return new HoldId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
