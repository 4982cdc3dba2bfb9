package holdfast.psp;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import holdfast.kernel.Money;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Something that happened. All that the provider knows follows from these, in order.
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "fact")
sealed interface Fact {

    /// A payment was asked for.
    ///
    /// @param method null: it is not known yet what it will be paid with
    record Created(
            String intent,
            Money amount,
            boolean automatic,
            Map<String, String> metadata,
            @Nullable String description,
            @Nullable String method)
            implements Fact {}

    /// The issuer said no.
    ///
    /// @param method a name that may be unknown to us: then no issuer was asked
    record Declined(String intent, String method, String code) implements Fact {}

    record Authorized(String intent, String method) implements Fact {}

    record Challenged(
            String intent, String method, @Nullable String returnUrl) implements Fact {}

    /// The issuer takes its time, and then says yes.
    record Processing(String intent, String method, long forMs) implements Fact {}

    record ChallengeFailed(String intent) implements Fact {}

    record Captured(String intent, Money amount) implements Fact {}

    record Canceled(String intent, @Nullable String reason) implements Fact {}

    /// Money goes back.
    ///
    /// @param end what becomes of it later, if something does
    record Refunded(
            String refund,
            String intent,
            Money amount,
            Refund.Status status,
            @Nullable String reason,
            Map<String, String> metadata,
            Refund.@Nullable Status end)
            implements Fact {

        Fact endingIn(Refund.Status later) {
            return new Refunded(refund, intent, amount, status, reason, metadata, later);
        }
    }

    /// A refund came to its end later.
    record RefundEnded(String refund, Refund.Status status) implements Fact {}

    record MethodCreated(String method, TestCard card, int expMonth, int expYear, Map<String, String> metadata)
            implements Fact {}

    record TokenCreated(String token, TestCard card, int expMonth, int expYear) implements Fact {}

    record TokenUsed(String token) implements Fact {}

    /// A request was lost on its way; it is remembered only so that its repetition arrives.
    record RequestLost(String key) implements Fact {}

    /// Somebody wants to hear of events.
    record EndpointAdded(String endpoint, String url, String secret) implements Fact {}

    record EndpointRemoved(String endpoint) implements Fact {}

    /// An endpoint heard of an event, or never will.
    record Delivered(String endpoint, int event) implements Fact {}

    /// The answers that were given until now are forgotten with their keys.
    record KeysForgotten(long olderThanSeconds) implements Fact {}
}
