package holdfast.psp;

import holdfast.kernel.Money;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The requests that change something, read from their forms and put before the [Desk].
final class Requests {

    private static final long AMOUNT_MAX = 99_999_999; // eight digits, as at Stripe

    private static final Set<String> CREATE = Set.of(
            "amount",
            "automatic_payment_methods",
            "capture_method",
            "confirm",
            "confirmation_method",
            "currency",
            "customer",
            "description",
            "error_on_requires_action",
            "expand",
            "metadata",
            "off_session",
            "payment_method",
            "payment_method_data",
            "payment_method_options",
            "payment_method_types",
            "receipt_email",
            "return_url",
            "setup_future_usage",
            "shipping",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "use_stripe_sdk");
    private static final Set<String> CONFIRM = Set.of(
            "error_on_requires_action",
            "expand",
            "mandate_data",
            "off_session",
            "payment_method",
            "payment_method_data",
            "payment_method_options",
            "payment_method_types",
            "receipt_email",
            "return_url",
            "setup_future_usage",
            "shipping",
            "use_stripe_sdk");
    private static final Set<String> CAPTURE =
            Set.of("amount_to_capture", "expand", "metadata", "statement_descriptor", "statement_descriptor_suffix");
    private static final Set<String> CANCEL = Set.of("cancellation_reason", "expand");
    private static final Set<String> REFUND =
            Set.of("amount", "charge", "expand", "metadata", "payment_intent", "reason");
    private static final Set<String> METHOD =
            Set.of("allow_redisplay", "billing_details", "card", "expand", "metadata", "type");
    private static final Set<String> TOKEN = Set.of("card", "expand");

    private static final Set<String> CANCELLATION_REASONS =
            Set.of("abandoned", "duplicate", "fraudulent", "requested_by_customer");
    private static final Set<String> REFUND_REASONS = Set.of("duplicate", "fraudulent", "requested_by_customer");
    private static final Set<String> CAPTURE_METHODS = Set.of("automatic", "automatic_async", "manual");

    private final Books books;
    private final Desk desk;

    Requests(Books books, Desk desk) {
        this.books = books;
        this.desk = desk;
    }

    Verdict create(Call call) {
        Form form = call.form().allow(CREATE);
        Money amount = amount(form);
        boolean automatic = !"manual".equals(form.choice("capture_method", CAPTURE_METHODS));
        boolean confirm = form.flag("confirm");
        List<Fact> facts = new ArrayList<>();
        PaymentMethod method = method(form, facts);
        var created = new Fact.Created(
                Names.next(Names.INTENT),
                amount,
                automatic,
                form.metadata(),
                form.text("description"),
                confirm || method == null ? null : method.id());
        if (!confirm) {
            facts.add(created);
            return new Verdict.Do(facts, false);
        }
        if (method == null) throw new Refused(missingMethod(null));
        return desk.createAndConfirm(facts, created, payment(form, method), call.keyOrPath());
    }

    Verdict confirm(Call call) {
        Form form = call.form().allow(CONFIRM);
        PaymentIntent intent = intent(call.id());
        List<Fact> facts = new ArrayList<>();
        if (!intent.mayBeConfirmed()) return new Verdict.Refuse(StripeError.unexpectedState(intent, "confirm", null));
        PaymentMethod given = method(form, facts);
        boolean forgotten = intent.state() == PaymentIntent.State.REQUIRES_PAYMENT_METHOD;
        PaymentMethod method = given == null && !forgotten ? intent.method() : given;
        if (method == null) return new Verdict.Refuse(missingMethod(intent));
        return desk.confirm(facts, intent, payment(form, method), call.keyOrPath());
    }

    Verdict capture(Call call) {
        Form form = call.form().allow(CAPTURE);
        PaymentIntent intent = intent(call.id());
        Long amount = form.integer("amount_to_capture");
        if (amount != null && amount < 1) throw new Refused(tooSmall("amount_to_capture"));
        return desk.capture(
                intent,
                amount == null
                        ? intent.amount()
                        : Money.of(amount, intent.amount().currency()));
    }

    Verdict cancel(Call call) {
        Form form = call.form().allow(CANCEL);
        return desk.cancel(intent(call.id()), form.choice("cancellation_reason", CANCELLATION_REASONS));
    }

    Verdict refund(Call call) {
        Form form = call.form().allow(REFUND);
        Long amount = form.integer("amount");
        String reason = form.choice("reason", REFUND_REASONS);
        Map<String, String> metadata = form.metadata();
        PaymentIntent intent = refundable(form);
        if (amount != null && amount < 1) throw new Refused(tooSmall("amount"));
        Money money = amount == null ? null : Money.of(amount, intent.amount().currency());
        return desk.refund(intent, money, reason, metadata);
    }

    private PaymentIntent refundable(Form form) {
        String name = form.text("payment_intent");
        String charge = form.text("charge");
        if ((name == null) == (charge == null)) {
            throw new Refused(StripeError.invalid(
                    "parameter_missing",
                    null,
                    "One of the following params should be provided: payment_intent," + " charge."));
        }
        PaymentIntent intent =
                name == null ? books.intentOfCharge(String.valueOf(charge)).orElse(null) : books.intent(name);
        if (intent != null) return intent;
        throw new Refused(
                name == null
                        ? StripeError.noSuchParam("charge", "charge", String.valueOf(charge))
                        : StripeError.noSuchParam("payment_intent", "payment_intent", name));
    }

    Verdict createMethod(Call call) {
        Form form = call.form().allow(METHOD);
        requireCard(form.required("type"));
        String token = form.text("card[token]");
        if (token != null) {
            List<Fact> facts = new ArrayList<>();
            Wallet.cash(books, token, form.metadata(), facts);
            return new Verdict.Do(facts, false);
        }
        return Wallet.createMethod(Wallet.check(card(form, "card"), Wallet.today()), form.metadata());
    }

    Verdict createToken(Call call) {
        Form form = call.form().allow(TOKEN);
        return Wallet.createToken(Wallet.check(card(form, "card"), Wallet.today()));
    }

    private static Desk.Payment payment(Form form, PaymentMethod method) {
        return new Desk.Payment(
                method, returnUrl(form), form.flag("off_session") || form.flag("error_on_requires_action"));
    }

    private static @Nullable String returnUrl(Form form) {
        String given = form.text("return_url");
        if (given == null) return null;
        try {
            var url = new URI(given);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null && url.getRawFragment() == null) return given;
        } catch (URISyntaxException _) {
            // told below, as what is no address of a page
        }
        throw new Refused(StripeError.invalid("url_invalid", "return_url", "Not a valid URL"));
    }

    /// What the form says to pay with, made into a payment method if it is none yet; null if it says nothing.
    private @Nullable PaymentMethod method(Form form, List<Fact> facts) {
        String name = form.text("payment_method");
        if (name != null) {
            return books.method(name)
                    .filter(method -> method.id().startsWith("pm_"))
                    .orElseThrow(() -> new Refused(StripeError.noSuchParam("PaymentMethod", "payment_method", name)));
        }
        if (!form.has("payment_method_data")) return null;
        requireCard(form.required("payment_method_data[type]"));
        String token = form.text("payment_method_data[card][token]");
        if (token != null) return Wallet.cash(books, token, Map.of(), facts);
        Wallet.Checked card = Wallet.check(card(form, "payment_method_data[card]"), Wallet.today());
        var created = new Fact.MethodCreated(Names.next("pm_"), card.card(), card.expMonth(), card.expYear(), Map.of());
        facts.add(created);
        return new PaymentMethod(
                created.method(), card.card(), card.expMonth(), card.expYear(), Map.of(), Instant.EPOCH);
    }

    private static Wallet.Card card(Form form, String prefix) {
        return new Wallet.Card(
                form.required(prefix + "[number]"),
                form.text(prefix + "[exp_month]"),
                form.text(prefix + "[exp_year]"),
                form.text(prefix + "[cvc]"));
    }

    private static void requireCard(String type) {
        if (!type.equals("card")) {
            throw new Refused(StripeError.invalid(
                    null, "type", "This sandbox takes payment methods of the type card, and not " + type + "."));
        }
    }

    private static Money amount(Form form) {
        form.required("amount");
        Long minor = form.integer("amount");
        if (minor == null || minor < 1) throw new Refused(tooSmall("amount"));
        if (minor > AMOUNT_MAX) {
            throw new Refused(StripeError.amountTooLarge("amount", "Amount must be no more than " + AMOUNT_MAX + "."));
        }
        String currency = form.required("currency");
        return Money.of(
                minor,
                Currency.getAvailableCurrencies().stream()
                        .filter(it -> it.getCurrencyCode().equals(currency.toUpperCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new Refused(
                                StripeError.invalid(null, "currency", "Invalid currency: " + currency + "."))));
    }

    private PaymentIntent intent(String name) {
        PaymentIntent intent = books.intent(name);
        if (intent == null) throw new Refused(Desk.noSuchIntent(name));
        return intent;
    }

    private static StripeError tooSmall(String param) {
        return StripeError.invalid(
                "parameter_invalid_integer", param, "This value must be greater than or equal to 1.");
    }

    private static StripeError missingMethod(@Nullable PaymentIntent intent) {
        return new StripeError(
                400,
                StripeError.INVALID_REQUEST,
                "payment_intent_unexpected_state",
                null,
                "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update"
                        + " the PaymentIntent with a payment method and then confirm it again, or confirm it again"
                        + " directly with a payment method or ConfirmationToken.",
                intent == null ? null : intent.reference());
    }
}
