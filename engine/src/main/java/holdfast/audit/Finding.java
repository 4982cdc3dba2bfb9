package holdfast.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an audit found out about one invariant.
///
/// @param rows how many it speaks of
/// @param violations how many rows break it
/// @param examples the first of them, in words
/// @param unseen why nobody could look; null where it was looked at
public record Finding(
        Invariant invariant,
        long rows,
        long violations,
        List<String> examples,
        @Nullable String unseen) {

    static Finding unseen(Invariant invariant, String why) {
        return new Finding(invariant, 0, 0, List.of(), why);
    }

    /// Whether nothing was found that breaks it.
    public boolean holds() {
        return violations == 0;
    }
}
