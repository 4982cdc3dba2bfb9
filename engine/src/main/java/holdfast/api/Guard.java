package holdfast.api;

import holdfast.access.Principal.SecretKey;
import holdfast.admission.RateLimits;
import holdfast.admission.RateLimits.Visitor;
import holdfast.api.Credentials.Caller;
import holdfast.idempotency.Answer;
import holdfast.kernel.Refusal;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Keeps one caller to what a shopper does; a server of the merchant's, which has a secret key, to nothing.
final class Guard {

    private final RateLimits limits;
    private final @Nullable Visitor visitor; // null: a server of the merchant's

    private Guard(RateLimits limits, @Nullable Visitor visitor) {
        this.limits = limits;
        this.visitor = visitor;
    }

    static Guard of(RateLimits limits, Caller caller, Peer peer) {
        if (caller.principal() instanceof SecretKey) return new Guard(limits, null);
        String secret =
                caller.principal().secret().isPresent() ? caller.principal().name() : null;
        return new Guard(limits, new Visitor(secret, peer.origin()));
    }

    /// They have come, to this route.
    ///
    /// @throws Refusal `rate_limited`, here as in all of these
    void come(Route route) {
        if (visitor == null) return;
        if (route.method().equals("GET")) limits.read(visitor);
        else limits.write(visitor);
    }

    /// They want to use these discount codes: does it, and remembers if there are none such.
    Answer tryCodes(@Nullable List<String> codes, Supplier<Answer> work) {
        if (visitor == null || codes == null || codes.isEmpty()) return work.get();
        limits.code(visitor);
        try {
            return work.get();
        } catch (Refusal refusal) {
            if (refusal.errors().stream().anyMatch(error -> error.field().startsWith("discount_codes["))) {
                limits.wrongCode(visitor);
            }
            throw refusal;
        }
    }

    /// They want to open this checkout.
    Answer open(UUID checkout, Supplier<Answer> work) {
        if (visitor == null) return work.get();
        limits.open(visitor);
        Answer answer = work.get();
        if (answer.status() == 201 && !answer.replayed()) limits.opened(visitor, checkout);
        return answer;
    }

    /// They want to pay for it, once under this key.
    Answer pay(UUID checkout, String key, Supplier<Answer> work) {
        if (visitor == null) return work.get();
        limits.pay(visitor, checkout, key);
        Answer answer = work.get();
        if (answer.status() == 402 && !answer.replayed()) limits.declined(visitor, checkout);
        if (answer.status() == 200) limits.closed(visitor, checkout);
        return answer;
    }

    /// They have canceled it.
    void canceled(UUID checkout) {
        if (visitor != null) limits.closed(visitor, checkout);
    }
}
