package holdfast.psp;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whose pages may show the card fields and have shoppers sent back to them: those of this machine, and those
/// that were named.
record Origins(Set<String> named) {

    private static final Set<String> THIS_MACHINE = Set.of("127.0.0.1", "localhost", "[::1]");

    /// The origin as a browser spells it, if it may; else null.
    @Nullable
    String allowed(String given) {
        URI url = url(given);
        return url != null && given.equals(url.getScheme() + "://" + url.getRawAuthority()) && mayBe(given, url)
                ? given
                : null;
    }

    /// The address of a page, if it is on such an origin; else null.
    @Nullable
    String allowedPage(String given) {
        URI url = url(given);
        return url != null && mayBe(url.getScheme() + "://" + url.getRawAuthority(), url) ? given : null;
    }

    private boolean mayBe(String origin, URI url) {
        return named.contains(origin) || THIS_MACHINE.contains(url.getHost());
    }

    private static @Nullable URI url(String given) {
        try {
            var url = new URI(given);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return web && url.getHost() != null && url.getRawUserInfo() == null ? url : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }
}
