package holdfast.storefront;

import holdfast.kernel.Sku;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A drawing for a product that has no photograph: a still life in a few flat shapes. What it shows is read
/// from the title, and so is its color, if the title names one; the rest follows from the SKU, so it is the
/// same every time.
final class Picture {

    /// A wall, a table, and two accents beside the thing itself.
    private record Palette(String wall, String table, String thing, String light, String dark) {}

    private static final List<Palette> PALETTES = List.of(
            new Palette("#ece4d6", "#d9cbb4", "#b9784f", "#d49b76", "#8c5637"),
            new Palette("#e3e8df", "#c9d3c0", "#5f7f63", "#8aa88b", "#43604a"),
            new Palette("#e2e7ec", "#c5d0da", "#3f6285", "#7593b0", "#294763"),
            new Palette("#efe3dd", "#dcc5ba", "#a8584b", "#c98476", "#7d3c33"),
            new Palette("#eae6dc", "#d3cbb9", "#8a7f68", "#aca28c", "#655c49"),
            new Palette("#e6e2ea", "#cdc5d6", "#6b5b86", "#9485ad", "#4c3f63"),
            new Palette("#f0e7cf", "#dfcf9f", "#c2932f", "#dcb763", "#916b1b"),
            new Palette("#e0e9e7", "#c0d3cf", "#3c7b75", "#70a49e", "#265a55"));

    /// What a word of the title does to the thing's own colors: itself, in the light, in the shade.
    private static final Map<String, List<String>> COLORS = Map.ofEntries(
            Map.entry("moss", List.of("#66784a", "#8c9c6d", "#495733")),
            Map.entry("midnight", List.of("#2b3a5c", "#54658b", "#1b2540")),
            Map.entry("rust", List.of("#a4522d", "#c67a53", "#78391d")),
            Map.entry("oat", List.of("#cdb994", "#e3d4b6", "#a5916c")),
            Map.entry("white", List.of("#f5f2ec", "#ffffff", "#d3cdc0")),
            Map.entry("celadon", List.of("#9fbda6", "#c2d6c5", "#77967f")),
            Map.entry("cobalt", List.of("#f1f1ee", "#ffffff", "#2f55a4")),
            Map.entry("cream", List.of("#ece0c4", "#f8f0dd", "#c6b790")),
            Map.entry("pigeon", List.of("#7f93a8", "#a5b5c5", "#5c6f83")),
            Map.entry("tomato", List.of("#c2412d", "#dd7563", "#8f2c1c")),
            Map.entry("indigo", List.of("#34406f", "#5d6a9b", "#222b4e")),
            Map.entry("madder", List.of("#a23b3f", "#c46b6d", "#76262a")),
            Map.entry("charcoal", List.of("#47494c", "#707377", "#2d2f31")),
            Map.entry("natural", List.of("#d2c3a3", "#e6dbc3", "#a99878")),
            Map.entry("ecru", List.of("#dccfb2", "#ece3ce", "#b3a582")),
            Map.entry("heather", List.of("#8d7a93", "#b0a1b5", "#69586f")),
            Map.entry("forest", List.of("#2f5a44", "#5a8369", "#1e3d2d")),
            Map.entry("ink", List.of("#2a3038", "#525a65", "#171b20")),
            Map.entry("chalk", List.of("#e9e6df", "#f8f6f2", "#c3bfb4")),
            Map.entry("clay", List.of("#b5795a", "#d0a083", "#87563b")),
            Map.entry("navy", List.of("#2d3f63", "#e9e6df", "#1c2a45")),
            Map.entry("tan", List.of("#b98755", "#d3ab80", "#8a6138")),
            Map.entry("chestnut", List.of("#7d4a30", "#a3704f", "#57311d")),
            Map.entry("black", List.of("#37332f", "#625c56", "#201d1a")),
            Map.entry("blackened", List.of("#3b3d40", "#65686c", "#242628")),
            Map.entry("brushed", List.of("#a9adb1", "#cdd0d3", "#7f8387")),
            Map.entry("polished", List.of("#c9a14a", "#e5c983", "#94732b")),
            Map.entry("antique", List.of("#8f7440", "#b39a68", "#665128")),
            Map.entry("oiled", List.of("#a9763f", "#c99b66", "#7b5327")),
            Map.entry("smoked", List.of("#6f5237", "#957556", "#4c3622")),
            Map.entry("limed", List.of("#cfc0a6", "#e4d9c5", "#a69679")),
            Map.entry("waxed", List.of("#6d472c", "#94694a", "#4a2e1a")),
            Map.entry("clear", List.of("#cfe0de", "#eef6f5", "#9dbab7")),
            Map.entry("smoke", List.of("#9a938c", "#bfb9b3", "#6f6963")),
            Map.entry("sea", List.of("#7fb3a6", "#b0d3ca", "#568a7d")));

    /// By a word of the title: the shape. In a box of 400 by 400 the table begins at 290; `T`, `L` and `D` are
    /// the thing's colors.
    private static final Map<String, String> SHAPES = Map.ofEntries(
            Map.entry("mug", """
                    <path d="M268 186c52-8 66 84-4 88" fill="none" stroke="D" stroke-width="18"/><path d="M132 \
                    158h144v112c0 34-22 52-52 52h-40c-30 0-52-18-52-52z" fill="T"/><path d="M132 \
                    158h38v160c-24-6-38-22-38-48z" fill="L"/><ellipse cx="204" cy="158" rx="72" ry="16" \
                    fill="D"/>"""),
            Map.entry("bowl", """
                    <path d="M92 206h216c0 66-42 112-86 112h-44c-44 0-86-46-86-112z" fill="T"/><path d="M92 \
                    206h52c2 52 20 90 50 112h-16c-44 0-86-46-86-112z" fill="L"/><ellipse cx="200" cy="206" \
                    rx="108" ry="24" fill="D"/>"""),
            Map.entry("plate", """
                    <ellipse cx="200" cy="262" rx="146" ry="62" fill="D"/><ellipse cx="200" cy="254" rx="146" \
                    ry="60" fill="T"/><ellipse cx="200" cy="254" rx="92" ry="36" fill="L"/>"""),
            Map.entry("jug", """
                    <path d="M262 168c66-14 70 104 0 100" fill="none" stroke="D" stroke-width="16"/><path \
                    d="M142 128l-18-16 26-4h102c6 60 26 78 26 130 0 52-30 84-78 84s-78-32-78-84c0-46 18-64 \
                    20-110z" fill="T"/><path d="M150 108h34c-4 70-28 90-22 150 2 28 12 48 24 \
                    62-40-6-64-36-64-82 0-60 26-70 28-130z" fill="L"/>"""),
            Map.entry("teapot", """
                    <path d="M276 196c62-22 78 76 6 82" fill="none" stroke="D" stroke-width="16"/><path d="M130 \
                    226c-40-4-44-58-78-60l12-14c48 0 56 40 82 46z" fill="D"/><path d="M118 240c0-50 36-78 \
                    84-78s84 28 84 78-34 82-84 82-84-32-84-82z" fill="T"/><path d="M118 240c0-44 26-70 66-77-22 \
                    36-26 112 4 157-42-6-70-36-70-80z" fill="L"/><ellipse cx="202" cy="166" rx="46" ry="12" \
                    fill="D"/><circle cx="202" cy="146" r="13" fill="D"/>"""),
            Map.entry("carafe", """
                    <path d="M170 78h60v60c0 40 52 60 52 126 0 40-34 58-82 58s-82-18-82-58c0-66 52-86 52-126z" \
                    fill="T" opacity=".92"/><path d="M170 78h22v70c0 40-40 62-36 120 2 26 12 42 26 \
                    52-40-4-64-22-64-56 0-66 52-86 52-126z" fill="L"/><ellipse cx="200" cy="78" rx="30" ry="8" \
                    fill="D"/>"""),
            Map.entry("board", """
                    <rect x="96" y="112" width="208" height="206" rx="22" fill="T"/><path d="M176 112v-44c0-30 \
                    48-30 48 0v44z" fill="T"/><circle cx="200" cy="74" r="9" fill="D"/><path d="M124 150c40 18 \
                    100-16 152 4M124 208c50 20 96-14 152 6M124 266c40 12 104-18 152 2" fill="none" stroke="L" \
                    stroke-width="6"/>"""),
            Map.entry("tray", """
                    <path d="M60 230h280l-26 84H86z" fill="T"/><path d="M60 230h280l-5 18H65z" fill="L"/><path \
                    d="M74 230c-6-34 44-34 40 0M286 230c-4-34 46-34 40 0" fill="none" stroke="D" \
                    stroke-width="10"/>"""),
            Map.entry("spoon", """
                    <ellipse cx="150" cy="134" rx="42" ry="58" fill="T" transform="rotate(-28 150 134)"/>\
                    <ellipse cx="146" cy="132" rx="24" ry="38" fill="D" transform="rotate(-28 146 132)"/><path \
                    d="M176 180l104 140" stroke="T" stroke-width="20" stroke-linecap="round"/><path d="M178 \
                    178l100 134" stroke="L" stroke-width="5" stroke-linecap="round"/>"""),
            Map.entry("napkins", """
                    <path d="M86 300l70-146 158 28-36 136z" fill="D"/><path d="M96 286l78-144 146 46-52 130z" \
                    fill="T"/><path d="M174 142l-8 60 102 116 52-130z" fill="L"/>"""),
            Map.entry("towel", """
                    <path d="M108 70h184v10H108z" fill="#7a6f5d"/><path d="M130 74h136v232H130z" fill="T"/>\
                    <path d="M130 74h44v232h-44z" fill="L"/><path d="M130 256h136v10H130zM130 276h136v10H130z" \
                    fill="D"/>"""),
            Map.entry("apron", """
                    <path d="M158 92c6-44 78-44 84 0" fill="none" stroke="D" stroke-width="8"/><path d="M152 \
                    92h96c4 56 32 62 44 80v146H108V172c12-18 40-24 44-80z" fill="T"/><path d="M152 92h30c0 \
                    70-26 120-20 226h-54V172c12-18 40-24 44-80z" fill="L"/><path d="M162 216h76v50c0 16-76 \
                    16-76 0z" fill="D"/>"""),
            Map.entry("cushion", """
                    <path d="M92 150c50 14 166 14 216 0 16 0 22 12 18 24-14 40-14 80 0 124 4 12-4 24-18 \
                    22-60-12-156-12-2160-14 2-22-10-18-22 14-44 14-84 0-124-4-12 2-24 18-24z" fill="T"/><path \
                    d="M92 150c30 8 60 12 90 12-30 40-36 110-14 148-30 2-52 6-76 10-14 2-22-10-18-22 14-44 \
                    14-84 0-124-4-12 2-24 18-24z" fill="L"/>"""),
            Map.entry("blanket", """
                    <rect x="84" y="250" width="232" height="58" rx="26" fill="D"/><rect x="92" y="200" \
                    width="216" height="58" rx="26" fill="T"/><rect x="102" y="152" width="196" height="56" \
                    rx="26" fill="L"/><path d="M128 152v54M128 202v54M128 252v54M272 152v54M272 202v54M272 \
                    252v54" stroke="D" stroke-width="3"/>"""),
            Map.entry("scarf", """
                    <path d="M120 120c30-44 130-44 160 0 16 30-10 60-80 60s-96-30-80-60z" fill="T"/><path \
                    d="M150 160c-10 60-20 100-16 150h56c-6-50 0-90 14-134z" fill="L"/><path d="M196 176c24 40 \
                    36 84 34 126h54c2-58-20-110-44-146z" fill="D"/>"""),
            Map.entry("slippers", """
                    <path d="M70 268c8-56 70-66 110-30 20 18 26 44 6 56-36 20-116 16-116-26z" fill="T"/><path \
                    d="M70 268c6-42 44-56 78-44-30 10-40 40-22 56z" fill="L"/><path d="M214 288c8-56 70-66 \
                    110-30 20 18 26 44 6 56-36 20-116 16-116-26z" fill="D"/><path d="M214 288c6-42 44-56 \
                    78-44-30 10-40 40-22 56z" fill="T"/>"""),
            Map.entry("candlestick", """
                    <path d="M190 70c-8-18 12-26 12-44 16 22 18 34 6 46z" fill="#e9b44c"/><rect x="186" y="74" \
                    width="28" height="92" fill="#f4efe4"/><path d="M166 166h68l-10 18h-48zM190 184h20v92h-20z" \
                    fill="T"/><ellipse cx="200" cy="298" rx="80" ry="20" fill="D"/><path d="M126 292c20-16 \
                    128-16 148 0-30 14-118 14-148 0z" fill="L"/>"""),
            Map.entry("vase", """
                    <path d="M200 150c-8-60 6-90-18-112M206 150c2-50 30-62 32-96" fill="none" stroke="#6a7a52" \
                    stroke-width="6"/><circle cx="180" cy="42" r="17" fill="#d99a8b"/><circle cx="240" cy="58" \
                    r="13" fill="#e9c98f"/><path d="M178 142h44c-2 34 42 62 42 108 0 46-28 72-64 \
                    72s-64-26-64-72c0-46 44-74 42-108z" fill="T"/><path d="M178 142h18c2 40-32 66-28 116 2 30 8 \
                    48 20 62-32-4-52-30-52-70 0-46 44-74 42-108z" fill="L"/>"""),
            Map.entry("lamp", """
                    <path d="M148 92h104l34 88H114z" fill="T"/><path d="M148 92h30l-14 88h-50z" fill="L"/><path \
                    d="M194 180h12v110h-12z" fill="D"/><ellipse cx="200" cy="302" rx="66" ry="16" fill="D"/>\
                    <path d="M130 186h140l44 100H86z" fill="#fff6d8" opacity=".35"/>"""),
            Map.entry("hook", """
                    <rect x="166" y="92" width="68" height="148" rx="14" fill="T"/><rect x="166" y="92" \
                    width="24" height="148" rx="12" fill="L"/><path d="M200 206v52c0 40 66 38 66-8" fill="none" \
                    stroke="D" stroke-width="18" stroke-linecap="round"/><circle cx="200" cy="120" r="7" \
                    fill="D"/>"""),
            Map.entry("stool", """
                    <path d="M140 184l-34 138M260 184l34 138M200 184v138" stroke="D" stroke-width="16" \
                    stroke-linecap="round"/><ellipse cx="200" cy="182" rx="112" ry="30" fill="D"/><ellipse \
                    cx="200" cy="170" rx="112" ry="30" fill="T"/><path d="M100 164c30-20 90-26 140-16-40 8-90 \
                    14-140 16z" fill="L"/>"""),
            Map.entry("bag", """
                    <path d="M150 170c-8-96 108-96 100 0" fill="none" stroke="D" stroke-width="12"/><path \
                    d="M104 164h192l-16 156H120z" fill="T"/><path d="M104 164h70l-12 156h-42z" fill="L"/>"""),
            Map.entry("notebook", """
                    <rect x="114" y="96" width="178" height="226" rx="8" fill="D"/><rect x="120" y="90" \
                    width="172" height="226" rx="8" fill="T"/><rect x="120" y="90" width="30" height="226" \
                    rx="8" fill="L"/><path d="M252 90v226" stroke="D" stroke-width="7"/>"""),
            Map.entry("wallet", """
                    <path d="M116 190h168v-40H116z" fill="#e8dfcd"/><rect x="94" y="176" width="212" \
                    height="134" rx="14" fill="T"/><path d="M94 190c0-8 6-14 14-14h60c-24 40-24 94-6 134h-54c-8 \
                    0-14-6-14-14z" fill="L"/><rect x="252" y="226" width="54" height="36" rx="10" fill="D"/>"""),
            Map.entry("lantern", """
                    <path d="M160 110c0-60 80-60 80 0" fill="none" stroke="D" stroke-width="9"/><path d="M146 \
                    110h108l14 30H132z" fill="T"/><rect x="144" y="140" width="112" height="136" \
                    fill="#fff1c7"/><path d="M200 250c-34-20-8-44 0-82 10 38 34 62 0 82z" fill="#e9a23b"/><path \
                    d="M144 140h12v136h-12zM244 140h12v136h-12z" fill="D"/><path d="M128 276h144l12 40H116z" \
                    fill="T"/><path d="M128 276h50l-8 40h-54z" fill="L"/>"""));

    private static final String BOOK = """
            <rect x="104" y="84" width="192" height="238" rx="6" fill="T"/><rect x="104" y="84" width="26" \
            height="238" rx="6" fill="D"/><path d="M156 134h112M156 160h76" stroke="L" stroke-width="9" \
            stroke-linecap="round"/><circle cx="212" cy="246" r="38" fill="none" stroke="L" stroke-width="7"/>""";

    private static final String JAR = """
            <rect x="136" y="92" width="128" height="34" rx="8" fill="D"/><path d="M142 126h116c26 14 30 30 30 \
            60v92c0 28-16 44-44 44h-88c-28 0-44-16-44-44v-92c0-30 4-46 30-60z" fill="T"/><path d="M142 \
            126h36c-22 20-30 44-30 76v72c0 26 8 42 20 48h-12c-28 0-44-16-44-44v-92c0-30 4-46 30-60z" fill="L"/>\
            <rect x="146" y="196" width="108" height="74" rx="6" fill="#f6f1e6"/><path d="M164 222h72M164 \
            244h44" stroke="D" stroke-width="6" stroke-linecap="round"/>""";

    private static final String PARCEL = """
            <path d="M92 168l108-42 108 42v108l-108 44-108-44z" fill="T"/><path d="M92 168l108 42v110l-108-44z" \
            fill="L"/><path d="M200 210l108-42v108l-108 44z" fill="D"/>""";

    private Picture() {}

    static String of(Sku sku, String title) {
        int chance = (sku.code().hashCode() * 0x9E3779B9) >>> 1;
        Palette palette = PALETTES.get(chance % PALETTES.size());
        List<String> words = List.of(title.toLowerCase(Locale.ROOT).split("[^\\p{L}]+", -1));
        List<String> colors = words.stream()
                .filter(COLORS::containsKey)
                .findFirst()
                .map(COLORS::get)
                .orElse(List.of(palette.thing, palette.light, palette.dark));
        String shape = words.stream()
                .filter(SHAPES::containsKey)
                .reduce((_, last) -> last)
                .map(SHAPES::get)
                .orElseGet(() -> byKind(sku.code()));
        int sun = 70 + chance / 7 % 260;
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400"><rect width="400" height="400" \
                fill="%s"/><circle cx="%d" cy="104" r="62" fill="%s" opacity=".55"/><path d="M0 290h400v110H0z" \
                fill="%s"/><ellipse cx="208" cy="324" rx="128" ry="15" fill="#000" opacity=".1"/>%s</svg>
                """.formatted(
                        palette.wall,
                        sun,
                        palette.table,
                        palette.table,
                        shape.replace("\"T\"", quoted(colors.get(0)))
                                .replace("\"L\"", quoted(colors.get(1)))
                                .replace("\"D\"", quoted(colors.get(2))));
    }

    private static String byKind(String sku) {
        if (sku.startsWith("BOOK")) return BOOK;
        return sku.startsWith("FOOD") ? JAR : PARCEL;
    }

    private static String quoted(String color) {
        return "\"" + color + "\"";
    }
}
