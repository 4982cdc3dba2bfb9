package holdfast;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import holdfast.kernel.Refusal;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/// What was refused, in short.
public final class Refusals {

    private Refusals() {}

    public static Refusal refusalOf(ThrowingCallable work) {
        return catchThrowableOfType(Refusal.class, work);
    }

    /// Each bad field with its code: `quantity out_of_range`.
    public static List<String> badFieldsOf(ThrowingCallable work) {
        return refusalOf(work).errors().stream()
                .map(error -> error.field() + " " + error.code())
                .toList();
    }
}
