package io.inkstream.topology.layout;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.GlyphCodes;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Whitespace;
import io.inkstream.schemas.layout.TabStops;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.topology.Models;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.plan.Plan;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import io.inkstream.topology.tokenise.Glyph;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the text: boxes, substitutions and white space are all of it, and no line is over the measure. */
class AnyTextTest {
    /** Ten million with {@code -Dinkstream.long=true}. */
    private static final int CODE_POINTS = Boolean.getBoolean("inkstream.long") ? 10_000_000 : 30_000;

    private static final int DOCUMENT_BYTES = 64 << 10;
    private static final long SEED = 7;
    private static final String ID = "base:1";
    private static final Version VERSION = Version.of(Models.announcement(ID, Models.NOW));
    private static final Fleet FLEET = fleet();
    private static final String AWKWARD =
            " \t\u00a0\u202f\u2003\u200b\u00ad\u2060\ufeff\n\r\f\u2028\u2029\u0085\u000b\u0000"
                    + "\u0301\u0338\u20dd\u200d\ufe0f\u202e\u2066\u2069\u200f-/.,)(\"'!%$\u2010\u2011\u2014\u2022ae1\u05d0\u0645\u4e2d\u3002"
                    + "\u300c\u1100\u1161\u0e01\ud83d\udc00\ufdfa\uf0b7";

    /** Where code points of a text come from. */
    enum Source {
        ALL {
            @Override
            int next(Random random) {
                return random.nextInt(Character.MAX_CODE_POINT + 1);
            }
        },
        ASSIGNED {
            @Override
            int next(Random random) {
                int codePoint = random.nextInt(0x30000);
                return UCharacter.isDefined(codePoint) ? codePoint : next(random);
            }
        },
        AWKWARD_ONES {
            @Override
            int next(Random random) {
                return AWKWARD.charAt(random.nextInt(AWKWARD.length()));
            }
        };

        abstract int next(Random random);
    }

    private static Fleet fleet() {
        FleetBook book = new FleetBook(Duration.ofDays(1));
        book.model(ID, Models.announcement(ID, Models.NOW));
        book.status("s/" + ID, Models.status("s", ID, ModelState.READY), Models.NOW);
        return Models.settled(book, Models.NOW);
    }

    @ParameterizedTest
    @EnumSource
    void randomCodePointsAreDrawnOrListed(Source source) {
        Random random = new Random(5);
        for (int left = CODE_POINTS / 3; left > 0; ) {
            StringBuilder text = new StringBuilder();
            int bytes = 4 + random.nextInt(DOCUMENT_BYTES - 7);
            for (int size = 0; size <= bytes - 4 && left > 0; left--) {
                int codePoint = source.next(random);
                text.appendCodePoint(codePoint);
                size += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
            }
            int height = 16 + random.nextInt(100);
            check(
                    text.toString(),
                    LayoutOptions.newBuilder()
                            .setLineHeightPx(height)
                            .setLineWidthPx(height * (2 + random.nextInt(40)))
                            .setPages(random.nextInt(20) == 0)
                            .setLinesPerPage(1 + random.nextInt(3))
                            .setWhitespace(Whitespace.values()[random.nextInt(2)])
                            .build());
        }
    }

    static Stream<String> texts() {
        int most = 60 << 10;
        return Stream.of(
                "e" + "\u0301".repeat(1_000) + "b",
                ("e" + "\u0323\u0301".repeat(1_000)).repeat(15),
                "\u0301".repeat(most / 2),
                "\u202ea\u202c \u05d0\u05d1 \u2066b\u2069\u200f\u061c(\u202d)",
                "\u202e".repeat(most / 3) + "x",
                "\ud83d".repeat(9_000) + "\udc00",
                "x".repeat(most),
                ")".repeat(most),
                "a\u00ad".repeat(most / 3),
                "a\u00a0".repeat(most / 3),
                "https://example.org/" + "a1/".repeat(most / 3 - 10),
                "\u4e2d".repeat(most / 3),
                "\ufdfa".repeat(most / 3),
                "\ud83d\udc68" + "\u200d\ud83d\udc68".repeat(most / 7 - 1),
                "a\t".repeat(most / 2),
                "\f".repeat(most) + "x",
                " ".repeat(most) + "x",
                "\ufeffa\ufeffb\n\ufeff");
    }

    @ParameterizedTest
    @MethodSource("texts")
    @Timeout(120)
    void textsThatNobodyWritesAreDrawnOrListed(String text) {
        for (Whitespace whitespace : Whitespace.values()) {
            for (int width : new int[] {128, 2_048}) {
                check(
                        text,
                        LayoutOptions.newBuilder()
                                .setLineWidthPx(width)
                                .setWhitespace(whitespace)
                                .build());
            }
        }
    }

    @Test
    void aByteOrderMarkIsNoCharacterAndOffsetsCountIt() {
        LineImage image =
                images("\ufeffa\ufeff", LayoutOptions.newBuilder().build()).get(0);

        assertThat(image.getGlyphs()).extracting(GlyphBox::getOffset).containsExactly(1);
        assertThat(image.getSubstitutions()).containsExactly(new Substitution(2, "\ufeff", "", "invisible"));
    }

    @Test
    void aSoftHyphenIsListedAsWhatIsDrawnOfIt() {
        LayoutOptions layout = LayoutOptions.newBuilder().setLineWidthPx(190).build();

        List<LineImage> images = images("an in\u00addi\u00advi\u00addual", layout);

        assertThat(images).extracting(LineImage::getText).containsExactly("an indi-", "vidual");
        assertThat(images.get(0).getSubstitutions())
                .containsExactly(
                        new Substitution(5, "\u00ad", "", "invisible"),
                        new Substitution(8, "\u00ad", "-", "hyphenated"));
        assertThat(images.get(1).getSubstitutions()).containsExactly(new Substitution(11, "\u00ad", "", "invisible"));
        check("an in\u00addi\u00advi\u00addual", layout);
    }

    @Test
    void aTabIsKeptOrListed() {
        LayoutOptions layout = LayoutOptions.newBuilder().build();
        LineImage kept = images("\ta\tb", layout).get(0);
        layout.setWhitespace(Whitespace.COLLAPSE);
        LineImage collapsed = images("\ta\tb", layout).get(0);

        assertThat(kept.getText()).isEqualTo("\ta\tb");
        assertThat(kept.getSubstitutions()).isEmpty();
        assertThat(LineRequests.of(kept, VERSION).getGlyphsList())
                .containsExactly(GlyphCodes.TAB, 64, GlyphCodes.TAB, 65);
        assertThat(collapsed.getText()).isEqualTo("a b");
        assertThat(collapsed.getSubstitutions())
                .containsExactly(
                        new Substitution(0, "\t", " ", "typographic"), new Substitution(2, "\t", " ", "typographic"));
    }

    @Test
    void aFormFeedEndsThePageWherePagesAreAskedFor() {
        LayoutOptions layout =
                LayoutOptions.newBuilder().setLinesPerPage(4).setPages(true).build();

        assertThat(lines("a\fb\nc\f\fd", layout))
                .extracting(line -> line.getPage().getPage() + "/"
                        + line.getPage().getPages() + " row " + line.getPage().getRow())
                .containsExactly("0/3 row 0", "1/3 row 0", "1/3 row 1", "2/3 row 0");
        layout.setPages(false);
        assertThat(images("a\fb", layout)).extracting(LineImage::getText).containsExactly("a", "b");
    }

    @Test
    void whatLooksLikeABulletIsDrawnAsOne() {
        String bullets = "\u2022\u25e6\u2043\u25ab\u25a0\uf0b7\u27a4";

        assertThat(images(bullets, LayoutOptions.newBuilder().build()).get(0).getText())
                .isEqualTo("\u2022".repeat(7));
    }

    private static List<PlannedLine> lines(String text, LayoutOptions layout) {
        TextDocument document = TextDocument.newBuilder()
                .setText(text)
                .setSeed(SEED)
                .setLayout(layout)
                .build();
        Planner planner = new Planner(DOCUMENT_BYTES, false);
        assertThat(planner.fault(document)).isEmpty();
        return planner.plan("doc", document, FLEET, Models.NOW)
                .match(
                        Plan.Lines::lines,
                        waits -> {
                            throw new AssertionError(waits.reason());
                        },
                        refused -> {
                            assertThat(refused.reason())
                                    .as(refused.message())
                                    .isEqualTo(
                                            refused.message().contains("needs")
                                                            || refused.message().contains("page")
                                                    ? DeadLetterReason.INVALID_LAYOUT
                                                    : DeadLetterReason.EMPTY_TEXT);
                            return List.of();
                        });
    }

    private static List<LineImage> images(String text, LayoutOptions layout) {
        return lines(text, layout).stream()
                .map(line -> StoreFormat.image(line.getImage()))
                .toList();
    }

    private static void check(String text, LayoutOptions layout) {
        List<PlannedLine> lines = lines(text, layout);
        if (lines.isEmpty()) {
            return;
        }
        BitSet found = whiteSpace(text);
        int[] ends = graphemeEnds(text);
        int lastOffset = -1;
        for (PlannedLine line : lines) {
            LineImage image = StoreFormat.image(line.getImage());
            for (GlyphBox box : image.getGlyphs()) {
                assertThat(box.getOffset()).isGreaterThanOrEqualTo(lastOffset);
                lastOffset = box.getOffset();
                found.set(box.getOffset(), ends[box.getOffset()]);
            }
            for (Substitution substitution : image.getSubstitutions()) {
                int end = substitution.getOffset() + substitution.getOriginal().length();
                assertThat(end).isEqualTo(ends[substitution.getOffset()]);
                assertThat(substitution.getRule()).isNotEmpty();
                found.set(substitution.getOffset(), end);
            }
            checkLine(image, line, layout);
        }
        int missing = found.nextClearBit(0);
        assertThat(missing)
                .as("first unit that is nowhere, of %s", text.length())
                .isEqualTo(text.length());
    }

    private static void checkLine(LineImage image, PlannedLine line, LayoutOptions layout) {
        RenderLineRequest request = LineRequests.of(image, VERSION);
        assertThat(request.toByteArray()).isEqualTo(line.getRequest().array());
        assertThat(request.getGlyphsCount()).isBetween(1, Limits.LINE_GLYPHS);
        assertThat(image.getText().replaceAll("[ \t]", ""))
                .isEqualTo(
                        image.getGlyphs().stream().map(GlyphBox::getCharacter).collect(joining()));
        assertThat(image.getText()).doesNotEndWith(" ").doesNotEndWith("\t");
        double width = width(request);
        double measure =
                layout.getLineWidthPx() * Advances.LINE_HEIGHT / layout.getLineHeightPx() - 2 * Advances.MARGIN;
        assertThat(width).isLessThanOrEqualTo(measure + 1e-6);
        if (layout.getWhitespace() == Whitespace.COLLAPSE) {
            assertThat(image.getText())
                    .doesNotContain("  ")
                    .doesNotContain("\t")
                    .doesNotStartWith(" ");
        }
    }

    private static double width(RenderLineRequest request) {
        double width = 0;
        boolean followsInk = false;
        Advances advances = VERSION.advances(
                        "natural", SEED, LayoutOptions.newBuilder().build())
                .orElseThrow();
        for (int code : request.getGlyphsList()) {
            if (GlyphCodes.isSpace(code)) {
                width = code == GlyphCodes.TAB ? TabStops.next(width) : width + advances.betweenWords();
                followsInk = false;
                continue;
            }
            String text = code < 0
                    ? request.getGraphemes(GlyphCodes.position(code))
                    : VERSION.characters().get(code);
            Glyph glyph = VERSION.tokeniser().glyphOf(text).orElseThrow();
            width += advances.of(glyph) + (followsInk ? advances.betweenLetters() : 0);
            followsInk = true;
        }
        return width;
    }

    private static BitSet whiteSpace(String text) {
        BitSet white = new BitSet();
        for (int i = 0; i < text.length(); i++) {
            if (UCharacter.isUWhiteSpace(text.charAt(i))) {
                white.set(i);
            }
        }
        if (text.startsWith("\ufeff")) {
            white.set(0);
        }
        return white;
    }

    /** Where the grapheme ends that begins at an offset; -1 where none does. */
    private static int[] graphemeEnds(String text) {
        int[] ends = new int[text.length()];
        Arrays.fill(ends, -1);
        BreakIterator graphemes = BreakIterator.getCharacterInstance(ULocale.ROOT);
        graphemes.setText(text);
        int start = 0;
        for (int end = graphemes.next(); end != BreakIterator.DONE; start = end, end = graphemes.next()) {
            ends[start] = end;
        }
        return ends;
    }
}
