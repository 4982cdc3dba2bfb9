package holdfast.kernel;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list, in the order of its keys.
///
/// @param next where the next page begins, to be handed back as it is; null: this was the last one
public record Page<T>(List<T> data, @Nullable String next) {

    public Page {
        data = List.copyOf(data);
    }

    /// The first `limit` of `rows`, of which one more than `limit` was asked for, to see whether there are more.
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, String> key) {
        if (rows.size() <= limit) return new Page<>(rows, null);
        List<T> data = rows.subList(0, limit);
        return new Page<>(data, key.apply(data.getLast()));
    }
}
