package holdfast.payment.sandbox;

import holdfast.kernel.Money;
import holdfast.kernel.PaymentId;
import holdfast.payment.Card;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.GivenBack;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import holdfast.psp.Answer;
import holdfast.psp.PaymentIntent;
import holdfast.psp.Refund;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import holdfast.psp.TestCard;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The sandbox provider, asked within this process. Our payment id is its reference.
public final class SandboxGateway implements Gateway {

    public static final String NAME = "sandbox";

    /// What has been captured cannot be let go of any more.
    private static final String ALREADY_CAPTURED = "already_captured";

    /// What has been let go of can never be taken.
    private static final String CANCELED = "payment_canceled";

    /// As many as Stripe lists at most.
    private static final int PAGE = 100;

    private static final String NOT_AUTHORIZED = "payment_not_authorized";
    private static final String NOT_CAPTURED = "payment_not_captured";
    /// What is written on every refund, to find it again.
    private static final String KEY = "request_key";

    private static final String CAME_BACK = "came_back";
    private static final String EXCEEDS_CAPTURED = "amount_too_large";

    private final SandboxProvider provider;
    private final URI site;

    /// @param site where the provider's pages are served: see [SandboxServer#address]
    public SandboxGateway(SandboxProvider provider, URI site) {
        this.provider = provider;
        this.site = site;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean takesOurReference() {
        return true;
    }

    /// There is nothing to make known: a reference of ours exists as soon as it is used.
    @Override
    public Outcome create(Charge charge, String key) {
        return new Outcome.Approved(charge.payment().toString(), charge.amount(), null);
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return asked(() -> switch (provider.authorize(reference, charge.amount(), charge.token(), key)) {
            case Answer.Done done
            when done.intent().state() == PaymentIntent.State.REQUIRES_ACTION ->
                new Outcome.ActionRequired(reference, challenge(reference));
            case Answer.Done done -> approved(done);
            case Answer.Declined declined -> new Outcome.Declined(declined.code());
            case Answer.Refused _
            when stateOf(reference) == PaymentIntent.State.CANCELED -> new Outcome.Declined(CANCELED);
            case Answer.Refused refused -> unclear(refused);
            case Answer.Lost _ -> lost();
        });
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return asked(() -> switch (provider.capture(reference, amount, key)) {
            case Answer.Done done -> approved(done);
            case Answer.Declined declined -> new Outcome.Declined(declined.code());
            case Answer.Refused refused
            when refused.reason() == Answer.Reason.UNEXPECTED_STATE -> capturedBefore(reference, amount);
            case Answer.Refused refused -> unclear(refused);
            case Answer.Lost _ -> lost();
        });
    }

    /// It may have been captured under another key: then it is done, if it was for this amount.
    private Outcome capturedBefore(String reference, Money amount) {
        PaymentIntent intent = provider.retrieve(reference).orElseThrow();
        return switch (intent.state()) {
            case SUCCEEDED ->
                intent.captured().equals(amount)
                        ? new Outcome.Approved(reference, amount, card(intent))
                        : new Outcome.Unknown("captured for another amount");
            case CANCELED -> new Outcome.Declined(CANCELED);
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION, REQUIRES_ACTION ->
                new Outcome.Declined(NOT_AUTHORIZED);
            case PROCESSING -> new Outcome.Unknown("it is still being processed");
            case REQUIRES_CAPTURE -> new Outcome.Unknown("authorized just now");
        };
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return asked(() -> switch (provider.cancel(reference, key)) {
            case Answer.Done done -> approved(done);
            case Answer.Declined declined -> new Outcome.Declined(declined.code());
            case Answer.Refused refused
            when refused.reason() == Answer.Reason.UNEXPECTED_STATE -> new Outcome.Declined(ALREADY_CAPTURED);
            case Answer.Refused refused -> unclear(refused);
            case Answer.Lost _ -> lost();
        });
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return asked(() -> switch (provider.refund(reference, amount, key, Map.of(KEY, key))) {
            case Answer.Done done -> approved(done);
            case Answer.Declined declined -> new Outcome.Declined(declined.code());
            case Answer.Refused refused ->
                switch (refused.reason()) {
                    case KEY_REUSED -> unclear(refused);
                    case AMOUNT_MISMATCH -> new Outcome.Declined(EXCEEDS_CAPTURED);
                    case NO_SUCH_INTENT, UNEXPECTED_STATE -> new Outcome.Declined(NOT_CAPTURED);
                };
            case Answer.Lost _ -> lost();
        });
    }

    @Override
    public Retrieved retrieve(String reference) {
        return provider.retrieve(reference).<Retrieved>map(this::found).orElseGet(Retrieved.Absent::new);
    }

    @Override
    public GivenBack refunds(String reference) {
        return new GivenBack.Refunds(provider.refunds(reference).stream()
                .map(refund -> new GivenBack.Refund(
                        refund.id(),
                        refund.metadata().get(KEY),
                        refund.amount(),
                        refund.status() == Refund.Status.FAILED ? CAME_BACK : null))
                .toList());
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        SandboxProvider.Page intents = provider.list(from, until, page == null ? null : Integer.valueOf(page), PAGE);
        return new Listing.Page(
                intents.intents().stream().flatMap(this::listed).toList(),
                intents.next() == null ? null : intents.next().toString());
    }

    private Stream<Listing.Listed> listed(PaymentIntent intent) {
        return PaymentId.parse(intent.reference()).stream()
                .map(payment -> new Listing.Listed(intent.reference(), payment, found(intent)));
    }

    private Retrieved.Found found(PaymentIntent intent) {
        boolean waits = intent.state() == PaymentIntent.State.REQUIRES_ACTION;
        return new Retrieved.Found(
                state(intent.state()),
                intent.amount(),
                intent.captured(),
                intent.refunded(),
                card(intent),
                waits ? challenge(intent.reference()) : null,
                intent.declineCode(),
                null);
    }

    private URI challenge(String reference) {
        return SandboxServer.challenge(site, reference);
    }

    private PaymentIntent.@Nullable State stateOf(String reference) {
        return provider.retrieve(reference).map(PaymentIntent::state).orElse(null);
    }

    private static Outcome approved(Answer.Done done) {
        return new Outcome.Approved(done.reference(), done.amount(), card(done.intent()));
    }

    private static Outcome unclear(Answer.Refused refused) {
        return new Outcome.Unknown("refused: " + refused.reason().name().toLowerCase(Locale.ROOT));
    }

    private static Outcome lost() {
        return new Outcome.Unknown("the answer was lost");
    }

    /// A provider that cannot write its journal has done nothing, but a client of it could not know.
    private static Outcome asked(Supplier<Outcome> request) {
        try {
            return request.get();
        } catch (UncheckedIOException e) {
            return new Outcome.Unknown("the provider failed: " + e.getMessage());
        }
    }

    private static @Nullable Card card(PaymentIntent intent) {
        TestCard card = intent.card();
        return card == null ? null : new Card(card.brand(), card.last4());
    }

    private static Retrieved.State state(PaymentIntent.State state) {
        return switch (state) {
            case REQUIRES_PAYMENT_METHOD, REQUIRES_CONFIRMATION -> Retrieved.State.REQUIRES_PAYMENT_METHOD;
            case REQUIRES_ACTION -> Retrieved.State.REQUIRES_ACTION;
            case PROCESSING -> Retrieved.State.PROCESSING;
            case REQUIRES_CAPTURE -> Retrieved.State.REQUIRES_CAPTURE;
            case SUCCEEDED -> Retrieved.State.SUCCEEDED;
            case CANCELED -> Retrieved.State.CANCELED;
        };
    }
}
