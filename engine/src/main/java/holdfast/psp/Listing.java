package holdfast.psp;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A page of a list, the newest first, as Stripe cuts it: `limit`, `starting_after`, `ending_before` and
/// `created`.
///
/// @param data the newest first
/// @param hasMore whether there are more in the direction that was asked for
record Listing<T>(List<T> data, boolean hasMore) {

    /// What every list can be asked with.
    static final Set<String> PARAMETERS = Set.of("limit", "starting_after", "ending_before", "created", "expand");

    private static final long LIMIT_MAX = 100;
    private static final long LIMIT = 10;

    /// Things in the order of their making.
    ///
    /// @param numberOf where the one of this name is, or null
    record Source<T>(
            int count,
            IntFunction<T> at,
            Function<T, Instant> createdAt,
            Function<String, @Nullable Integer> numberOf) {}

    static <T> Listing<T> of(Form form, Source<T> source, Predicate<T> filter) {
        Long limit = form.integer("limit");
        if (limit == null) limit = LIMIT;
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new Refused(StripeError.invalid(
                    "parameter_invalid_integer", "limit", "This value must be between 1 and " + LIMIT_MAX + "."));
        }
        var created = Range.of(form);
        Integer after = number(form, "starting_after", source);
        Integer before = number(form, "ending_before", source);
        if (before != null) return newer(source, before + 1, limit, created, filter);
        return older(source, after == null ? source.count() - 1 : after - 1, limit, created, filter);
    }

    private static <T> @Nullable Integer number(Form form, String param, Source<T> source) {
        String name = form.text(param);
        if (name == null) return null;
        Integer number = source.numberOf.apply(name);
        if (number == null) throw new Refused(StripeError.noSuchParam("object", param, name));
        return number;
    }

    private static <T> Listing<T> older(Source<T> source, int first, long limit, Range created, Predicate<T> filter) {
        List<T> data = new ArrayList<>();
        for (int number = first; number >= 0; number--) {
            T each = source.at.apply(number);
            long second = source.createdAt.apply(each).getEpochSecond();
            if (second < created.least) break; // They only get older.
            if (second > created.most || !filter.test(each)) continue;
            if (data.size() == limit) return new Listing<>(data, true);
            data.add(each);
        }
        return new Listing<>(data, false);
    }

    private static <T> Listing<T> newer(Source<T> source, int first, long limit, Range created, Predicate<T> filter) {
        List<T> data = new ArrayList<>();
        for (int number = first; number < source.count; number++) {
            T each = source.at.apply(number);
            long second = source.createdAt.apply(each).getEpochSecond();
            if (second > created.most) break;
            if (second < created.least || !filter.test(each)) continue;
            if (data.size() == limit) return new Listing<>(data.reversed(), true);
            data.add(each);
        }
        return new Listing<>(data.reversed(), false);
    }

    /// Seconds since 1970, both included.
    private record Range(long least, long most) {

        static Range of(Form form) {
            Long exactly = form.integer("created");
            if (exactly != null) return new Range(exactly, exactly);
            long least = Long.MIN_VALUE;
            long most = Long.MAX_VALUE;
            Long gt = form.integer("created[gt]");
            Long gte = form.integer("created[gte]");
            Long lt = form.integer("created[lt]");
            Long lte = form.integer("created[lte]");
            if (gt != null) least = gt + 1;
            if (gte != null) least = Math.max(least, gte);
            if (lt != null) most = lt - 1;
            if (lte != null) most = Math.min(most, lte);
            return new Range(least, most);
        }
    }
}
