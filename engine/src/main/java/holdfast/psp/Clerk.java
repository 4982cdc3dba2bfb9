package holdfast.psp;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import holdfast.psp.SandboxProvider.Ask;
import holdfast.psp.SandboxProvider.Heard;
import io.helidon.webserver.CloseConnectionException;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Brings a request before the provider, and shows what comes of it.
final class Clerk {

    private static final Set<String> INTENT_PARTS =
            Set.of("latest_charge", "latest_charge.payment_intent", "payment_method");
    private static final Set<String> REFUND_PARTS = Set.of("charge", "payment_intent");
    private static final Set<String> CHARGE_PARTS = Set.of("payment_intent");

    private final SandboxProvider provider;
    private final Requests requests;
    private final Lookups lookups;
    private final StripeObjects objects;

    Clerk(SandboxProvider provider, StripeObjects objects) {
        this.provider = provider;
        this.requests = new Requests(provider.books(), provider.desk());
        this.objects = objects;
        this.lookups = new Lookups(provider, objects);
    }

    /// @param bend what is done in place of what would be
    /// @param instead what is answered, and kept, in place of the truth
    /// @throws Refused if it makes no sense
    Result answer(Call call, UnaryOperator<Verdict> bend, @Nullable StripeError instead) {
        return switch (call.operation()) {
            case CREATE_INTENT -> write(call, bend, instead, requests::create);
            case CONFIRM_INTENT -> write(call, bend, instead, requests::confirm);
            case CAPTURE_INTENT -> write(call, bend, instead, requests::capture);
            case CANCEL_INTENT -> write(call, bend, instead, requests::cancel);
            case CREATE_REFUND -> write(call, bend, instead, requests::refund);
            case CREATE_METHOD -> write(call, bend, instead, requests::createMethod);
            case CREATE_TOKEN -> write(call, bend, instead, requests::createToken);
            case RETRIEVE_INTENT -> found(lookups.intent(call.id(), Expand.of(call.form(), INTENT_PARTS)));
            case RETRIEVE_CHARGE -> found(lookups.charge(call.id(), Expand.of(call.form(), CHARGE_PARTS)));
            case RETRIEVE_REFUND -> found(lookups.refund(call.id(), Expand.of(call.form(), REFUND_PARTS)));
            case RETRIEVE_METHOD -> found(lookups.method(call.id()));
            case RETRIEVE_TOKEN -> found(lookups.token(call.id()));
            case RETRIEVE_EVENT -> found(lookups.event(call.id()));
            case LIST_EVENTS -> found(lookups.events(call.form()));
            case LIST_INTENTS -> found(lookups.intents(call.form(), Expand.ofList(call.form(), INTENT_PARTS)));
            case LIST_CHARGES -> found(lookups.charges(call.form(), Expand.ofList(call.form(), CHARGE_PARTS)));
            case LIST_REFUNDS -> found(lookups.refunds(call.form(), Expand.ofList(call.form(), REFUND_PARTS)));
        };
    }

    private Result write(
            Call call, UnaryOperator<Verdict> bend, @Nullable StripeError instead, Function<Call, Verdict> decide) {
        Expand expand = expanded(call);
        Heard heard = provider.ask(
                new Ask(call.key(), call.fingerprint(), true, instead), () -> bend.apply(decide.apply(call)));
        if (heard.unheard()) throw lost();
        return shown(requireNonNull(heard.reply()), expand, heard.replayed());
    }

    private static Expand expanded(Call call) {
        return Expand.of(call.form(), call.operation() == Operation.CREATE_REFUND ? REFUND_PARTS : INTENT_PARTS);
    }

    private Result shown(Reply reply, Expand expand, boolean replayed) {
        return switch (reply) {
            case Reply.Intent it -> new Result(200, objects.intent(it.intent(), expand), replayed);
            case Reply.Declined it -> new Result(402, objects.declined(it.intent(), it.code()), replayed);
            case Reply.Refunded it -> new Result(200, objects.refund(it.refund(), it.intent(), expand), replayed);
            case Reply.Method it -> new Result(200, Cards.method(it.method()), replayed);
            case Reply.Token it -> new Result(200, Cards.token(it.token(), false), replayed);
            case Reply.Failed it -> failed(it.error(), it.intent(), replayed);
        };
    }

    Result failed(StripeError error, @Nullable PaymentIntent intent, boolean replayed) {
        return new Result(error.status(), objects.error(error, intent), replayed);
    }

    private static Result found(ObjectNode body) {
        return new Result(200, body, false);
    }

    /// Ends the connection without an answer.
    static CloseConnectionException lost() {
        return new CloseConnectionException("The answer gets lost");
    }
}
