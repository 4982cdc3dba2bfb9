package holdfast.catalog;

import holdfast.kernel.Checks;
import holdfast.kernel.Refusal;
import org.jspecify.annotations.Nullable;

/// Where a list goes on.
final class Cursors {

    private Cursors() {}

    /// The name a list goes on after; the empty one is before all others.
    static String name(@Nullable String cursor) {
        if (cursor == null) return "";
        if (!Checks.isName(cursor)) throw Refusal.invalid("cursor", "malformed", "Not a cursor of this list");
        return cursor;
    }
}
