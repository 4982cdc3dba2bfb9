package holdfast.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The address of a PostgreSQL, as PostgreSQL's own tools write it and as Java does.
final class DatabaseUrl {

    private static final String JDBC = "jdbc:postgresql:";

    private static final Pattern LIBPQ = Pattern.compile("""
            postgres(?:ql)?://(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^/?@]*)\
            (?:/(?<database>[^?]*))?(?:\\?(?<parameters>.*))?""");

    private DatabaseUrl() {}

    /// The same address as a JDBC URL, user and password included.
    ///
    /// @throws IllegalArgumentException if it is neither form; the message does not repeat it
    static String jdbc(String url) {
        String jdbc = url.startsWith(JDBC) ? url : translated(url);
        try {
            DriverManager.getDriver(jdbc);
            return jdbc;
        } catch (SQLException e) {
            throw malformed();
        }
    }

    /// Where a JDBC URL leads to, without what nobody should read: `db.example:5432/shop`.
    static String shown(String jdbc) {
        return jdbc.replaceFirst("\\?.*", "").replaceFirst("^" + JDBC + "/*", "");
    }

    private static String translated(String url) {
        Matcher parts = LIBPQ.matcher(url);
        if (!parts.matches()) throw malformed();
        var parameters = new StringJoiner("&", "?", "").setEmptyValue("");
        add(parameters, "user=", reencoded(parts.group("user")));
        add(parameters, "password=", reencoded(parts.group("password")));
        add(parameters, "", parts.group("parameters"));
        String hosts = parts.group("hosts").isEmpty() ? "localhost" : parts.group("hosts");
        return JDBC + "//" + hosts + "/" + requireNonNullElse(parts.group("database"), "") + parameters;
    }

    private static void add(StringJoiner parameters, String name, @Nullable String value) {
        if (value != null) parameters.add(name + value);
    }

    /// In a URL's middle a plus sign is a plus sign; among its parameters it would be a blank.
    private static @Nullable String reencoded(@Nullable String part) {
        return part == null ? null : URLEncoder.encode(URLDecoder.decode(part.replace("+", "%2B"), UTF_8), UTF_8);
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("must be postgres://user:password@host:5432/database, or a JDBC URL");
    }
}
