package holdfast.kernel;

import java.util.UUID;

/// Names a cart. Made by us before anything is written, so that asking twice is asking once.
public record CartId(UUID value) {

    public static CartId next() {
        return new CartId(Ids.next());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
