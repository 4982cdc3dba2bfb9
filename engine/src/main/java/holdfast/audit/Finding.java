package holdfast.audit;

import java.util.List;

/// What an audit found out about one invariant.
///
/// @param violations how many rows break it
/// @param examples the first of them, in words
public record Finding(Invariant invariant, long violations, List<String> examples) {

    public boolean holds() {
        return violations == 0;
    }
}
