package holdfast.storefront;

import holdfast.access.ClientSecret;
import holdfast.access.Principal.Guest;
import holdfast.admission.RateLimits;
import holdfast.admission.RateLimits.Visitor;
import holdfast.admission.TrustedProxies;
import holdfast.idempotency.Answer;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.pages.Site;
import holdfast.pages.Visit;
import holdfast.storefront.Guests.OwnCart;
import io.helidon.webserver.http.HttpRules;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The door of the shop, through which every page and form is had: it keeps one browser to what a shopper does,
/// by the limits, and under the names, that the API has for them.
final class Door {

    private final Site site;
    private final RateLimits limits;
    private final TrustedProxies proxies;
    private final Guests guests;

    Door(Site site, RateLimits limits, TrustedProxies proxies, Guests guests) {
        this.site = site;
        this.limits = limits;
        this.proxies = proxies;
        this.guests = guests;
    }

    /// Registers a page, or a piece of one.
    void page(HttpRules rules, String path, Consumer<Visit> answer) {
        site.get(rules, path, visit -> {
            limits.read(visitor(visit));
            answer.accept(visit);
        });
    }

    /// Registers what answers a form.
    void form(HttpRules rules, String path, Consumer<Visit> answer) {
        site.post(rules, path, visit -> {
            limits.write(visitor(visit));
            answer.accept(visit);
        });
    }

    /// Registers what comes with a page: its pictures, of which there are many, and what it is told while it is
    /// looked at.
    void withPages(HttpRules rules, String path, Consumer<Visit> answer) {
        site.get(rules, path, answer);
    }

    /// Somebody with a cart, or a place in a queue, goes by its secret.
    private Visitor visitor(Visit visit) {
        String name = guests.ownCart(visit)
                .map(OwnCart::secret)
                .or(() -> guests.visitor(visit))
                .map(Door::name)
                .orElse(null);
        String address = visit.peer()
                .map(peer -> proxies.origin(peer, visit.allSent("X-Forwarded-For")))
                .orElse(null);
        return new Visitor(name, address);
    }

    private static String name(ClientSecret secret) {
        return new Guest(secret.sha256()).name();
    }

    /// They want to use a discount code.
    ///
    /// @throws Refusal `rate_limited`, here as in all of these
    void tryCode(Visit visit, Runnable work) {
        Visitor visitor = visitor(visit);
        limits.code(visitor);
        try {
            work.run();
        } catch (Refusal refusal) {
            if (refusal.errors().stream().anyMatch(error -> error.field().startsWith("discount_codes["))) {
                limits.wrongCode(visitor);
            }
            throw refusal;
        }
    }

    /// They want to open this checkout.
    Answer open(Visit visit, CheckoutId checkout, Supplier<Answer> work) {
        Visitor visitor = visitor(visit);
        limits.open(visitor);
        Answer answer = work.get();
        if (answer.status() == 201 && !answer.replayed()) limits.opened(visitor, checkout.value());
        return answer;
    }

    /// They want to pay for it, once under this name.
    Answer pay(Visit visit, CheckoutId checkout, String attempt, Supplier<Answer> work) {
        Visitor visitor = visitor(visit);
        limits.pay(visitor, checkout.value(), attempt);
        Answer answer = work.get();
        if (answer.status() == Problem.PAYMENT_DECLINED.status() && !answer.replayed()) {
            limits.declined(visitor, checkout.value());
        }
        if (answer.status() == 200) limits.closed(visitor, checkout.value());
        return answer;
    }

    /// They have canceled it.
    void canceled(Visit visit, CheckoutId checkout) {
        limits.closed(visitor(visit), checkout.value());
    }
}
