package holdfast.admission;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whose word is believed about where a request came from: that of the proxies that the shop is behind, and of
/// nobody else, since anybody can write a header.
public final class TrustedProxies {

    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final int SITE_BYTES = 8; // whoever has one IPv6 address has so many others

    private final List<Block> blocks;

    private record Block(InetAddress first, int bits) {

        boolean contains(InetAddress address) {
            byte[] ours = first.getAddress();
            byte[] theirs = address.getAddress();
            int whole = bits / 8;
            if (ours.length != theirs.length || !Arrays.equals(ours, 0, whole, theirs, 0, whole)) return false;
            int rest = bits % 8;
            return rest == 0 || (ours[whole] ^ theirs[whole]) >> (8 - rest) == 0;
        }
    }

    private TrustedProxies(List<Block> blocks) {
        this.blocks = blocks;
    }

    /// Reads addresses and blocks of them, `10.0.0.0/8`, with commas between.
    ///
    /// @throws IllegalArgumentException that says what it has to look like
    public static TrustedProxies parse(String text) {
        return new TrustedProxies(Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(TrustedProxies::block)
                .toList());
    }

    private static Block block(String text) {
        String[] parts = text.split("/", -1);
        InetAddress address = address(parts[0]);
        if (address == null || parts.length > 2) throw wrong();
        int most = address.getAddress().length * 8;
        if (parts.length == 1) return new Block(address, most);
        if (!parts[1].matches("\\d{1,3}") || Integer.parseInt(parts[1]) > most) throw wrong();
        return new Block(address, Integer.parseInt(parts[1]));
    }

    private static IllegalArgumentException wrong() {
        return new IllegalArgumentException("must be addresses or blocks such as 10.0.0.0/8, with commas between");
    }

    /// A name for where a request comes from, an address or a block of them; null where that cannot be known,
    /// since whoever is at the other end is of the shop's own network: a proxy that nobody has told us of, or
    /// the merchant.
    ///
    /// @param peer who is at the other end of the connection
    /// @param forwardedFor the lines of `X-Forwarded-For`
    public @Nullable String origin(InetAddress peer, List<String> forwardedFor) {
        InetAddress client = client(peer, forwardedFor);
        return isPrivate(client) ? null : name(client);
    }

    /// From the last that was said to the first, as long as those who say it are trusted.
    private InetAddress client(InetAddress peer, List<String> forwardedFor) {
        List<String> said = Arrays.stream(String.join(",", forwardedFor).split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .toList();
        InetAddress client = peer;
        for (String each : said.reversed()) {
            if (!isTrusted(client)) return client;
            InetAddress before = address(each);
            if (before == null) return client;
            client = before;
        }
        return client;
    }

    private boolean isTrusted(InetAddress address) {
        return blocks.stream().anyMatch(block -> block.contains(address));
    }

    /// Whether an address is of this machine or of a private network.
    public static boolean isPrivate(InetAddress address) {
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || (address instanceof Inet6Address six && (six.getAddress()[0] & 0xfe) == 0xfc); // fc00::/7
    }

    private static String name(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length > SITE_BYTES ? Arrays.toString(Arrays.copyOf(bytes, SITE_BYTES)) : address.getHostAddress();
    }

    /// Null: it is none, or a name, which nobody looks up.
    private static @Nullable InetAddress address(String text) {
        if (!ADDRESS.matcher(text).matches()) return null;
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TrustedProxies proxies && blocks.equals(proxies.blocks);
    }

    @Override
    public int hashCode() {
        return blocks.hashCode();
    }
}
