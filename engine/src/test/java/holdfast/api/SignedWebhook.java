package holdfast.api;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A webhook as a provider sends it, by Stripe's own description of how.
public record SignedWebhook(String body, String signature) {

    static final String PATH = "/v1/gateways/sandbox/webhooks";

    static SignedWebhook of(String body) {
        return of(body, Instant.now().getEpochSecond(), TestShop.WEBHOOK_SECRET);
    }

    static SignedWebhook of(String body, long at, String secret) {
        return new SignedWebhook(body, "t=" + at + ",v1=" + hmac(Long.toString(at), body, secret));
    }

    /// What `Stripe-Signature` says of a body that is sent now.
    public static String signature(String body, String secret) {
        return of(body, Instant.now().getEpochSecond(), secret).signature;
    }

    /// An event about a payment.
    static SignedWebhook about(String event, String type, String payment) {
        return of("""
                    {"id": "%s", "object": "event", "type": "%s", "created": 1795771800, "livemode": false,
                     "data": {"object": {"object": "payment_intent", "id": "%s", "status": "succeeded", "amount": 1}}}
                    """.formatted(event, type, payment));
    }

    static String hmac(String time, String body, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    SignedWebhook with(String otherSignature) {
        return new SignedWebhook(body, otherSignature);
    }

    TestClient.Reply sendTo(TestClient client) {
        return client.with("Stripe-Signature", signature)
                .with("Content-Type", "application/json; charset=utf-8")
                .send("POST", PATH, body.getBytes(StandardCharsets.UTF_8));
    }
}
