package holdfast.mutants;

import holdfast.kernel.Money;
import holdfast.payment.Attempt;
import holdfast.payment.Gateway;
import holdfast.payment.Outcome;
import java.lang.reflect.Method;
import java.util.Currency;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What is done wrong, where a [Mutation] puts it.
public final class Bugs {

    private Bugs() {}

    /// Says that the payment was let go of, and has not asked.
    public static Outcome fenced(Gateway gateway, String reference, String key) {
        return new Outcome.Approved(reference, Money.zero(Currency.getInstance("EUR")), null);
    }

    /// Another key each time.
    public static String anyKey(Attempt attempt, String operation) {
        return UUID.randomUUID() + ":" + operation;
    }

    public static boolean stillOwner(Attempt attempt, Attempt.@Nullable Owner now) {
        return true;
    }

    public static boolean same(Object one, Object other) {
        return true;
    }

    public static boolean committed(Object receipt) {
        return true;
    }

    public static boolean notCommitted(Object receipt) {
        return false;
    }

    /// Tells who waits, before anything is committed.
    public static @Nullable Object answeredEarly(Map<Object, Object> results, Object ticket, Object result) {
        try {
            Method answer = ticket.getClass().getDeclaredMethod("answer", Object.class);
            answer.setAccessible(true);
            answer.invoke(ticket, result);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("GroupCommit has changed", e);
        }
        return results.put(ticket, result);
    }
}
