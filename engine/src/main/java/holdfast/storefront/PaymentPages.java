package holdfast.storefront;

import holdfast.checkout.Checkout;
import holdfast.checkout.CompleteRequest;
import holdfast.checkout.PlaceOrder;
import holdfast.db.Database;
import holdfast.idempotency.KeyUse;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.pages.Form;
import holdfast.pages.Visit;
import holdfast.storefront.Guests.OwnCheckout;
import holdfast.storefront.OwnCheckouts.Own;
import io.helidon.webserver.http.HttpRules;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The money: paying, the bank that wants to be asked, and what is said while it is at it.
final class PaymentPages {

    /// How long an answer is kept under the name of an attempt to pay.
    private static final Duration KEPT = Duration.ofDays(30);

    private final Door door;
    private final Database database;
    private final PlaceOrder placeOrder;
    private final Shelf shelf;
    private final Guests guests;
    private final OwnCheckouts owned;
    private final CheckoutForm form;
    private final Provider provider;

    PaymentPages(
            Door door,
            Storefront.Modules modules,
            Shelf shelf,
            Guests guests,
            OwnCheckouts owned,
            CheckoutForm form,
            Provider provider) {
        this.door = door;
        this.database = modules.database();
        this.placeOrder = modules.checkout().placeOrder();
        this.shelf = shelf;
        this.guests = guests;
        this.owned = owned;
        this.form = form;
        this.provider = provider;
    }

    void register(HttpRules rules) {
        door.form(rules, "/checkout/{id}/pay", this::pay);
        door.page(rules, "/checkout/back", this::findBack);
        door.page(rules, "/checkout/{id}/return", this::comeBack);
        door.page(rules, "/checkout/{id}/state", this::state);
    }

    private void pay(Visit visit) {
        Form sent = visit.form();
        Own own = owned.named(visit);
        if (own.checkout().status() != Checkout.Status.OPEN) {
            visit.go(OwnCheckouts.address(own.id()));
            return;
        }
        Details details = Details.read(sent, true);
        if (!form.save(visit, own, details)) {
            visit.go(OwnCheckouts.address(own.id()));
            return;
        }
        own = owned.named(visit);
        Money shown = shown(sent, own.checkout());
        Money total = own.checkout().totals().total();
        String token = sent.textOrNull("token");
        if (details.errors().isEmpty() && token == null && !total.isZero()) {
            details.errors().add("card", "Enter your card. Its fields need JavaScript.");
        }
        if (!details.errors().isEmpty()) {
            form.again(visit, own, details, null);
        } else if (!total.equals(shown)) {
            form.again(visit, own, details, priceChanged(shown, total));
        } else {
            complete(visit, own, details, Once.name(sent), token, shown);
        }
    }

    private static Money shown(Form form, Checkout checkout) {
        String minor = form.text("total");
        return minor.matches("\\d{1,15}")
                ? Money.of(Long.parseLong(minor), checkout.currency())
                : checkout.totals().total();
    }

    private static CheckoutForm.Notice priceChanged(Money from, Money to) {
        return new CheckoutForm.Notice(
                "note",
                "The price has changed",
                "It was " + Show.money(from) + " and is " + Show.money(to)
                        + " now. Nothing was charged: have another look, and pay if you agree.");
    }

    private void complete(Visit visit, Own own, Details details, String attempt, @Nullable String token, Money total) {
        CheckoutId id = own.id();
        // Kept before money moves: whoever comes back from a challenge asks again under this name.
        guests.keep(visit, new OwnCheckout(id, own.keys().secret(), attempt));
        var request = new CompleteRequest(id, token, null, total);
        Outcome outcome =
                Outcome.of(door.pay(visit, id, attempt, () -> placeOrder.complete(request, use(id, attempt))));
        Own now = owned.named(visit);
        switch (now.checkout().status()) {
            case COMPLETED -> toOrder(visit, now.checkout());
            case REQUIRES_ACTION -> visit.go(challenge(visit, now.checkout()));
            case PROCESSING, EXPIRED, CANCELED -> visit.go(OwnCheckouts.address(id));
            case OPEN -> form.again(visit, now, details, notice(outcome, total));
        }
    }

    private static KeyUse use(CheckoutId id, String attempt) {
        return Once.use("shopper checkout " + id.value(), "pay", attempt, KEPT);
    }

    private CheckoutForm.@Nullable Notice notice(Outcome outcome, Money shown) {
        return switch (outcome.code()) {
            case "payment_declined" ->
                new CheckoutForm.Notice("bad", "The payment was declined", Words.declined(outcome.declineCode()));
            case "price_changed" -> priceChanged(shown, Objects.requireNonNullElse(outcome.total(), shown));
            case "discount_code_unavailable" ->
                new CheckoutForm.Notice(
                        "note",
                        "Your discount code is used up",
                        "Nothing was charged: remove the code, have another look, and pay if you agree.");
            case "out_of_stock" ->
                new CheckoutForm.Notice("bad", "Not enough is left", Words.soldOut(outcome.available(), this::title));
            case "purchase_limit" ->
                new CheckoutForm.Notice(
                        "bad", "One customer can have less", Words.limited(outcome.limits(), this::title));
            default -> null;
        };
    }

    private String title(Sku sku) {
        return database.read(tx -> shelf.title(tx, sku));
    }

    void toOrder(Visit visit, Checkout checkout) {
        boolean bought = database.read(tx -> guests.cart(tx, visit))
                .filter(cart ->
                        cart.id().equals(checkout.cart()) || cart.wanted().equals(checkout.wanted()))
                .isPresent();
        if (bought) guests.dropCart(visit);
        visit.go("/orders/" + Objects.requireNonNull(checkout.order()).value());
    }

    // ---- while the bank is at it

    /// A payment that is under way.
    ///
    /// @param challenge where the shopper has to confirm it; null: nowhere, it takes its time
    record WaitingPage(Chrome chrome, String id, @Nullable String challenge, String provider) {}

    void showWaiting(Visit visit, Checkout checkout) {
        boolean asked = checkout.status() == Checkout.Status.REQUIRES_ACTION;
        visit.page(
                "storefront/waiting",
                new WaitingPage(
                        Chrome.of(
                                visit.head(asked ? "Confirm your payment" : "Your payment is on its way")
                                        .with("shop.js"),
                                Optional.empty()),
                        checkout.id().value().toString(),
                        asked ? challenge(visit, checkout) : null,
                        provider.name()));
    }

    /// The provider's page, with the way back to ours.
    private String challenge(Visit visit, Checkout checkout) {
        String url = Objects.requireNonNull(
                Objects.requireNonNull(checkout.payment()).nextActionUrl());
        return provider instanceof Provider.Sandbox sandbox
                ? sandbox.challenge(url, visit.origin() + OwnCheckouts.address(checkout.id()) + "/return")
                : url;
    }

    /// Whether there is news, for a page that waits.
    private void state(Visit visit) {
        Checkout checkout = owned.named(visit).checkout();
        boolean waits =
                checkout.status() == Checkout.Status.PROCESSING || checkout.status() == Checkout.Status.REQUIRES_ACTION;
        if (waits) {
            visit.nothing();
        } else {
            visit.go(OwnCheckouts.address(checkout.id()));
        }
    }

    /// Back from a bank that was told one address for all: to the checkout that this browser tried to pay last,
    /// one that waits for the bank before any other.
    private void findBack(Visit visit) {
        List<OwnCheckout> tried = guests.checkouts(visit).stream()
                .filter(own -> own.attempt() != null)
                .toList();
        OwnCheckout own = database.read(tx -> tried.stream()
                        .filter(each -> owned.find(tx, each)
                                .filter(checkout -> checkout.status() == Checkout.Status.REQUIRES_ACTION)
                                .isPresent())
                        .findFirst())
                .or(() -> tried.stream().findFirst())
                .orElseThrow(OwnCheckouts::notYours);
        visit.seeOther(OwnCheckouts.address(own.id()) + "/return");
    }

    /// Back from the bank: what came of it is read from the provider, never from the address.
    private void comeBack(Visit visit) {
        Own own = owned.named(visit);
        String attempt = own.keys().attempt();
        if (attempt != null && own.checkout().status() == Checkout.Status.REQUIRES_ACTION) {
            var request = new CompleteRequest(
                    own.id(), null, null, own.checkout().totals().total());
            try {
                door.pay(visit, own.id(), attempt, () -> placeOrder.complete(request, use(own.id(), attempt)));
            } catch (Refusal refusal) {
                if (!refusal.problem().retryable()) throw refusal; // Else somebody is at it: the page waits.
            }
        }
        Checkout now = owned.named(visit).checkout();
        if (now.status() == Checkout.Status.COMPLETED) {
            toOrder(visit, now);
        } else {
            visit.seeOther(OwnCheckouts.address(now.id()));
        }
    }
}
