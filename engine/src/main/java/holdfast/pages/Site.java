package holdfast.pages;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One of the faces: its name, where it begins, and how its pages say that something went wrong.
public final class Site {

    private static final Logger LOG = LoggerFactory.getLogger(Site.class);

    private final String name;
    private final String home;
    private final Assets assets;
    private final Predicate<Throwable> outOfReach;
    private final Templates templates = new Templates();

    /// @param home the path that a lost visitor is led back to
    /// @param outOfReach whether an error means that the database does not answer
    public Site(String name, String home, Assets assets, Predicate<Throwable> outOfReach) {
        this.name = name;
        this.home = home;
        this.assets = assets;
        this.outOfReach = outOfReach;
    }

    String name() {
        return name;
    }

    String home() {
        return home;
    }

    Assets assets() {
        return assets;
    }

    Templates templates() {
        return templates;
    }

    /// Registers a page; it is there for `HEAD` as well.
    public void get(HttpRules rules, String path, Consumer<Visit> answer) {
        Handler handler = page(answer);
        rules.get(path, handler).head(path, handler);
    }

    /// Registers what answers a form, which has to come from one of our own pages.
    public void post(HttpRules rules, String path, Consumer<Visit> answer) {
        rules.post(path, page(visit -> {
            visit.demandSameOrigin();
            answer.accept(visit);
        }));
    }

    /// What answers visits with a page, also where it fails: a refusal is told in its own words, anything else
    /// is written to the log and told without details.
    private Handler page(Consumer<Visit> answer) {
        return (request, response) -> answer(new Visit(this, request, response), answer);
    }

    /// The last to be asked: people who follow a dead link get a page, programs get what the API says.
    public HttpService elsewhere() {
        return rules -> rules.any((request, response) -> {
            if (wantsPage(request)) {
                page(visit -> {
                            throw Problem.NOT_FOUND.refuse("There is nothing at this address.");
                        })
                        .handle(request, response);
            } else {
                response.next();
            }
        });
    }

    private static boolean wantsPage(ServerRequest request) {
        return !request.path().path().startsWith("/v1/")
                && request.headers()
                        .first(HeaderNames.ACCEPT)
                        .filter(accepted -> accepted.contains("text/html"))
                        .isPresent();
    }

    private void answer(Visit visit, Consumer<Visit> answer) {
        try {
            answer.accept(visit);
        } catch (Refusal refusal) {
            visit.error(refusal);
        } catch (RequestException | CloseConnectionException e) { // It was no HTTP, or nobody is there any more.
            throw e;
        } catch (RuntimeException failure) {
            if (visit.isSent()) throw failure; // Half an answer cannot be taken back.
            visit.error(refusal(visit, failure));
        }
    }

    private Refusal refusal(Visit visit, RuntimeException failure) {
        if (outOfReach.test(failure)) {
            LOG.warn("{} {}: the database is out of reach: {}", visit.id(), visit.operation(), failure.toString());
            return Problem.UNAVAILABLE.refuse("The shop cannot answer right now. Try again in a moment.");
        }
        LOG.error("{} {} failed", visit.id(), visit.operation(), failure);
        return Problem.INTERNAL_ERROR.refuse("It is in our log, as request " + visit.id() + ".");
    }
}
