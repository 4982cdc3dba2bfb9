package holdfast.psp;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/// Something that happened, as it stands in the journal. All that the provider knows follows from these, in
/// order.
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "fact")
sealed interface Fact {

    Instant at();

    /// A fact that answered a request, under the key of that request.
    sealed interface Keyed extends Fact {

        String key();

        Request request();
    }

    record Authorized(Instant at, String key, Request.Authorize request) implements Keyed {}

    record Declined(Instant at, String key, Request.Authorize request, String code) implements Keyed {}

    record Challenged(Instant at, String key, Request.Authorize request) implements Keyed {}

    record Captured(Instant at, String key, Request.Capture request) implements Keyed {}

    record Canceled(Instant at, String key, Request.Cancel request) implements Keyed {}

    record Refunded(Instant at, String key, Request.Refund request, String refund) implements Keyed {}

    record ChallengePassed(Instant at, String reference) implements Fact {}

    record ChallengeFailed(Instant at, String reference) implements Fact {}

    /// A request was lost on its way; it is remembered only so that its repetition arrives.
    record RequestLost(Instant at, String key) implements Fact {}
}
