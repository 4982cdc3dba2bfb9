package holdfast.api;

import static java.util.Objects.requireNonNull;

import holdfast.access.ClientSecret;
import holdfast.checkout.Checkout;
import holdfast.checkout.Rendering;
import holdfast.idempotency.Answer;
import holdfast.kernel.OrderId;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Tally;
import holdfast.order.Order;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Puts what happened into words, as the bytes of an HTTP answer; needs no request around it.
public final class Answers implements Rendering {

    private static final byte[] NOTHING = {};
    /// How many seconds to wait where nobody knows better.
    static final int RETRY_AFTER_S = 1;

    private final Tally<Problem> refusals = new Tally<>();

    /// How often the shop has said no so far, and why. An answer that is replayed does not count again.
    public Map<Problem, Long> refusals() {
        return refusals.now();
    }

    /// Counts a refusal whose answer was made before.
    void refusedAgain(Problem problem) {
        refusals.count(problem);
    }

    /// The order stands.
    @Override
    public Answer completed(Order order) {
        return ok(order, (json, placed) -> json.text("status", "completed").object("order", placed, Render::order));
    }

    /// The shopper has to do something first.
    @Override
    public Answer requiresAction(Checkout checkout) {
        return ok(checkout, (json, waiting) -> {
            json.text("status", "requires_action").name("checkout_id", waiting.id());
            Render.nextAction(json, requireNonNull(waiting.payment()));
        });
    }

    /// Nobody knows yet.
    @Override
    public Answer processing(Checkout checkout) {
        return Answer.of(
                202, JsonWriter.object(json -> json.text("status", "processing").name("checkout_id", checkout.id())));
    }

    /// A problem (RFC 9457).
    @Override
    public Answer refused(Refusal refusal) {
        Problem problem = refusal.problem();
        refusals.count(problem);
        return Answer.of(problem.status(), JsonWriter.object(json -> {
            json.text("type", "/problems/" + problem.code())
                    .text("title", problem.title())
                    .number("status", problem.status())
                    .text("code", problem.code())
                    .text("detail", refusal.detail());
            if (!refusal.errors().isEmpty()) {
                json.objects(
                        "errors",
                        refusal.errors(),
                        (item, error) -> item.text("field", error.field())
                                .text("code", error.code())
                                .text("message", error.message()));
            }
            refusal.members().forEach(json::any);
            if (problem.retryable() && !refusal.members().containsKey("retry_after")) {
                json.number("retry_after", RETRY_AFTER_S);
            }
            json.text("replay", replay(problem));
        }));
    }

    /// How many seconds to wait before the same request is worth sending again.
    static int retryAfter(Refusal refusal) {
        return refusal.members().get("retry_after") instanceof Number seconds ? seconds.intValue() : RETRY_AFTER_S;
    }

    /// How the request can be sent again: as it is, with the same key, or as another attempt, with a new key;
    /// null where neither helps.
    private static @Nullable String replay(Problem problem) {
        return switch (problem) {
            case PAYMENT_IN_PROGRESS,
                    IDEMPOTENCY_KEY_IN_USE,
                    ORDER_NOT_PAID,
                    RATE_LIMITED,
                    INTERNAL_ERROR,
                    UNAVAILABLE -> "same_key";
            case PAYMENT_DECLINED,
                    OUT_OF_STOCK,
                    PURCHASE_LIMIT,
                    PRICE_CHANGED,
                    DISCOUNT_CODE_UNAVAILABLE,
                    NOT_IN_STOCK_YET,
                    IDEMPOTENCY_KEY_REUSED -> "new_key";
            case INVALID_REQUEST,
                    IDEMPOTENCY_KEY_REQUIRED,
                    IDEMPOTENCY_KEY_INVALID,
                    UNAUTHORIZED,
                    FORBIDDEN,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    HOLD_EXPIRED,
                    CHECKOUT_COMPLETED,
                    CHECKOUT_CANCELED,
                    ORDER_NOT_CANCELABLE,
                    ORDER_NOT_FULFILLABLE,
                    REFUND_EXCEEDS_PAYMENT,
                    STOCK_PROMISED,
                    IN_USE,
                    SAGA_NOT_STUCK,
                    BODY_TOO_LARGE,
                    UNSUPPORTED_MEDIA_TYPE,
                    CARD_DATA_NOT_ACCEPTED -> null;
        };
    }

    /// The one refusal for what does not exist and for what is not theirs.
    static Refusal notFound() {
        return Problem.NOT_FOUND.refuse("There is nothing here, or it is not yours");
    }

    /// What was to be removed is gone, if it was there.
    static Answer goneIf(boolean wasThere) {
        if (!wasThere) throw notFound();
        return Answer.of(204, NOTHING);
    }

    static <T> Answer ok(T thing, BiConsumer<JsonWriter, T> members) {
        return Answer.of(200, JsonWriter.object(json -> members.accept(json, thing)));
    }

    static <T> Answer created(T thing, BiConsumer<JsonWriter, T> members) {
        return Answer.of(201, JsonWriter.object(json -> members.accept(json, thing)));
    }

    static <T> Answer page(Page<T> page, BiConsumer<JsonWriter, T> members) {
        return Answer.of(
                200,
                JsonWriter.object(
                        json -> json.objects("data", page.data(), members).textOrNull("next_cursor", page.next())));
    }

    /// The answer that opened something, with its client secret as the last member: the only time that it is
    /// told. It is not in the answer that is kept.
    static Answer telling(ClientSecret secret, Answer opened) {
        return telling("client_secret", secret.reveal(), opened);
    }

    /// As [#telling(ClientSecret,Answer)].
    ///
    /// @param secret in letters and digits
    static Answer telling(String name, String secret, Answer opened) {
        if (opened.status() != 201) return opened;
        byte[] member = (",\"" + name + "\":\"" + secret + "\"}").getBytes(StandardCharsets.US_ASCII);
        int end = opened.body().length - 1; // the closing brace
        byte[] body = Arrays.copyOf(opened.body(), end + member.length);
        System.arraycopy(member, 0, body, end, member.length);
        return new Answer(opened.status(), body, opened.replayed());
    }

    static Answer created(Order.Fulfillment fulfillment, Order of) {
        return created(fulfillment, (json, it) -> Render.fulfillment(json, it, of));
    }

    static Answer ok(Order.Fulfillment fulfillment, Order of) {
        return ok(fulfillment, (json, it) -> Render.fulfillment(json, it, of));
    }

    static Answer created(Order.Refund refund, OrderId of) {
        return created(refund, (json, it) -> {
            Render.refund(json, it);
            json.name("order_id", of);
        });
    }
}
