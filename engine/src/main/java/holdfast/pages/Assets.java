package holdfast.pages;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;

/// Stylesheet, scripts and libraries. Their addresses carry a hash of all of them, so that a browser keeps
/// them for good, and one module can name another by its bare name.
public final class Assets implements HttpService {

    private static final String OURS = "/holdfast/pages/";
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    /// By the name they are served under: where they lie.
    private static final Map<String, String> FILES = Map.of(
            "holdfast.css", OURS + "holdfast.css",
            "mark.svg", OURS + "mark.svg",
            "page.js", OURS + "page.js",
            "htmx.js", WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js",
            "uplot.js", WEBJARS + "uplot/1.6.30/dist/uPlot.esm.js",
            "uplot.css", WEBJARS + "uplot/1.6.30/dist/uPlot.min.css");

    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final int HASH_LENGTH = 12;
    private static final Header FOR_GOOD =
            HeaderValues.createCached("Cache-Control", "public, max-age=31536000, immutable");
    private static final Header NO_SNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header VARY = HeaderValues.createCached("Vary", "Accept-Encoding");
    private static final Header GZIP = HeaderValues.createCached("Content-Encoding", "gzip");

    private final Map<String, File> files;
    private final String hash;

    /// A file, as it is and packed.
    private record File(String type, byte[] plain, byte[] gzip) {}

    private Assets(Map<String, File> files, String hash) {
        this.files = files;
        this.hash = hash;
    }

    /// Reads all of them.
    ///
    /// @param more files of a face, by the names they are served under: where they lie on the class path
    public static Assets load(Map<String, String> more) {
        var places = new TreeMap<>(FILES);
        places.putAll(more);
        var files = new LinkedHashMap<String, File>();
        MessageDigest sha256 = sha256();
        places.forEach((name, place) -> {
            byte[] plain = resource(place);
            sha256.update(plain);
            files.put(name, new File(type(name), plain, packed(plain)));
        });
        return new Assets(files, HexFormat.of().formatHex(sha256.digest()).substring(0, HASH_LENGTH));
    }

    /// Where a file is served.
    public String url(String name) {
        if (!files.containsKey(name)) throw new IllegalArgumentException("There is no asset " + name);
        return "/assets/" + hash + "/" + name;
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/assets/{hash}/{name}", this::serve);
    }

    private void serve(ServerRequest request, ServerResponse response) {
        var path = request.path().pathParameters();
        File file = files.get(path.get("name"));
        if (file == null || !path.get("hash").equals(hash)) {
            response.next();
            return;
        }
        boolean packed = request.headers()
                .first(HeaderNames.ACCEPT_ENCODING)
                .filter(accepted -> accepted.contains("gzip"))
                .isPresent();
        response.header(FOR_GOOD);
        response.header(NO_SNIFF);
        response.header(VARY);
        response.header(HeaderNames.CONTENT_TYPE, file.type);
        response.header(HeaderNames.ETAG, "\"" + hash + "\"");
        if (request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .filter(tag -> tag.contains(hash))
                .isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
        } else if (packed) {
            response.header(GZIP);
            response.send(file.gzip);
        } else {
            response.send(file.plain);
        }
    }

    private static String type(String name) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) throw new IllegalArgumentException("Nobody knows the media type of " + name);
        return type;
    }

    private static byte[] resource(String place) {
        try (InputStream stream = Assets.class.getResourceAsStream(place)) {
            if (stream == null) throw new IllegalStateException("Not in the build: " + place);
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Reading " + place, e);
        }
    }

    private static byte[] packed(byte[] plain) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory has no errors", e);
        }
        return packed.toByteArray();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
