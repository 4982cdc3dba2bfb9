package holdfast.payment.stripe;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.payment.WebhookReader;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What Stripe sends: an event, of which only its name, its type, and which payment it is about are read.
public final class StripeWebhooks implements WebhookReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,100}");
    private static final long SECONDS_MAX = 999_999_999_999L;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxNumberLength(32)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    private final List<String> secrets;
    private final boolean live;

    /// @param account which it is told about
    /// @param secrets of the endpoint; none: nothing is believed
    public StripeWebhooks(StripeAccount account, List<String> secrets) {
        this.secrets = List.copyOf(secrets);
        this.live = account.isLive();
    }

    @Override
    public String signatureHeader() {
        return "Stripe-Signature";
    }

    @Override
    public Told read(byte[] body, @Nullable String signature) {
        Optional<Instant> signed = StripeSignature.verify(body, signature, secrets);
        return signed.isEmpty()
                ? new Told.Refused("The signature is missing, or of none of our secrets")
                : parsed(body, signed.get());
    }

    private Told parsed(byte[] body, Instant signedAt) {
        JsonNode event;
        try (JsonParser parser = JSON.createParser(body)) {
            event = JSON.readTree(parser);
        } catch (IOException e) { // Jackson says what is no JSON as one.
            return new Told.Refused("It is signed, and no JSON");
        }
        if (event == null || !event.isObject()) return new Told.Refused("It is signed, and no event");
        String id = event.path("id").asText();
        String type = event.path("type").asText();
        long created = event.path("created").asLong(-1);
        if (!NAME.matcher(id).matches() || !NAME.matcher(type).matches() || created < 0 || created > SECONDS_MAX) {
            return new Told.Refused("It is signed, and no event");
        }
        if (!event.path("livemode").isBoolean() || event.path("livemode").asBoolean() != live) {
            return new Told.Foreign("It is of the " + (live ? "test" : "live") + " mode, and we are in the other");
        }
        if (event.hasNonNull("account")) return new Told.Foreign("It is of another account");
        return new Told.Event(
                id, type, payment(event.path("data").path("object")), Instant.ofEpochSecond(created), signedAt);
    }

    /// The payment intent that an object is, or that a charge, refund or dispute belongs to.
    private static @Nullable String payment(JsonNode object) {
        String payment = object.path("object").asText().equals("payment_intent")
                ? object.path("id").asText()
                : object.path("payment_intent").asText();
        return NAME.matcher(payment).matches() ? payment : null;
    }
}
