package io.inkstream.topology.plan;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PenMark;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Whitespace;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.topology.layout.Advances;
import io.inkstream.topology.layout.GlyphTooWideException;
import io.inkstream.topology.layout.LineBreaker;
import io.inkstream.topology.layout.PageGeometry;
import io.inkstream.topology.layout.SetLine;
import io.inkstream.topology.routing.DocumentHash;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.Route;
import io.inkstream.topology.routing.Router;
import io.inkstream.topology.routing.Version;
import io.inkstream.topology.state.PagePlace;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Markup;
import io.inkstream.topology.tokenise.TokenisedText;
import io.inkstream.topology.tokenise.Tokeniser;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Plans a document: checks it, chooses its version, tokenises and lays out. A pure function, so that whatever can be wrong
 * with a document is known before its first line is drawn.
 */
public final class Planner {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final long maxTextBytes;
    private final boolean isRead;

    /**
     * Sets the limit.
     *
     * @param maxTextBytes longest text, in bytes of UTF-8
     * @param isRead whether each line is to be read, once it is drawn
     */
    public Planner(long maxTextBytes, boolean isRead) {
        this.maxTextBytes = maxTextBytes;
        this.isRead = isRead;
    }

    /** Says what no version could draw, if the document asks for that. What has no such fault is of bounded size. */
    public Optional<Plan.Refused> fault(TextDocument document) {
        String text = document.getText();
        if (text.isEmpty()) {
            return refused(DeadLetterReason.EMPTY_TEXT, "the text is empty");
        }
        long bytes = utf8Length(text);
        if (bytes > maxTextBytes) {
            return refused(
                    DeadLetterReason.TEXT_TOO_LARGE,
                    "the text has " + bytes + " bytes of UTF-8; the limit is " + maxTextBytes);
        }
        Optional<LayoutOption.Fault> layout = LayoutOption.fault(document.getLayout());
        if (layout.isPresent()) {
            return refused(layout.get().reason(), layout.get().message());
        }
        if (document.getStyle().length() > Limits.STYLE_CHARS) {
            return refused(
                    DeadLetterReason.UNKNOWN_STYLE,
                    "the style's name has " + document.getStyle().length() + " characters; one has at most "
                            + Limits.STYLE_CHARS);
        }
        if (document.getModel() != null) {
            try {
                ModelId.parse(document.getModel());
            } catch (IllegalArgumentException e) {
                return refused(
                        DeadLetterReason.UNKNOWN_MODEL, "the document is pinned to a model, but " + e.getMessage());
            }
        }
        return Optional.empty();
    }

    private static Optional<Plan.Refused> refused(DeadLetterReason reason, String message) {
        return Optional.of(new Plan.Refused(reason, message));
    }

    /** Plans one document that has no {@link #fault}, with what is known at {@code now}. */
    public Plan plan(String documentId, TextDocument document, Fleet fleet, Instant now) {
        return Router.route(fleet, now, documentId, document.getStyle(), Optional.ofNullable(document.getModel()))
                .match(
                        to -> plan(documentId, document, to),
                        waits -> new Plan.Waits(waits.reason()),
                        nowhere -> new Plan.Refused(DeadLetterReason.UNKNOWN_MODEL, nowhere.reason()));
    }

    private Plan plan(String documentId, TextDocument document, Route.To route) {
        Version version = route.version();
        long seed = document.getSeed() != null
                ? document.getSeed()
                : DocumentHash.of(documentId).seed();
        LayoutOptions layout;
        try {
            layout = PageGeometry.resolved(document.getLayout());
        } catch (IllegalArgumentException e) {
            return new Plan.Refused(DeadLetterReason.INVALID_LAYOUT, e.getMessage());
        }
        Advances advances = version.advances(document.getStyle(), seed, layout).orElse(null);
        if (advances == null) {
            return new Plan.Refused(
                    DeadLetterReason.UNKNOWN_STYLE,
                    "model " + version.id() + " has no style '" + document.getStyle() + "'; it has "
                            + version.styles().keySet().stream().sorted().toList());
        }
        double xHeightPx = layout.getLineHeightPx() / Advances.LINE_HEIGHT;
        Markup markup = layout.getMarkup() ? Markup.parse(document.getText()) : Markup.none(document.getText());
        TokenisedText tokenised = version.tokeniser().tokenise(markup.text());
        List<SetLine> set;
        try {
            set = LineBreaker.setLines(
                    tokenised,
                    advances,
                    layout.getLineWidthPx() / xHeightPx,
                    layout.getWhitespace(),
                    layout.getPages() ? layout.getLinesPerPage() : 1);
        } catch (GlyphTooWideException e) {
            return new Plan.Refused(
                    DeadLetterReason.INVALID_LAYOUT,
                    String.format(
                            Locale.ROOT,
                            "lineWidthPx is %d, but the glyph '%s' needs %d",
                            layout.getLineWidthPx(),
                            e.glyph(),
                            (int) Math.ceil(e.needed() * xHeightPx)));
        }
        if (set.isEmpty()) {
            return new Plan.Refused(DeadLetterReason.EMPTY_TEXT, "the text has nothing to draw");
        }
        List<Optional<PagePlace>> places = places(set, layout);
        for (Optional<PagePlace> place : places) {
            long pixels = place.map(p -> PageGeometry.of(layout, p).pixels()).orElse(0L);
            if (pixels > PageGeometry.MAX_PIXELS) {
                return new Plan.Refused(
                        DeadLetterReason.INVALID_LAYOUT,
                        "a page of " + place.get().getRows() + " lines would have " + pixels + " pixels; the limit is "
                                + PageGeometry.MAX_PIXELS
                                + ": lower linesPerPage, lineWidthPx, lineHeightPx or resolutionDpi");
            }
        }
        List<List<Substitution>> substitutions = byLine(set, tokenised.substitutions(), layout.getWhitespace());
        List<List<PenMark>> marks = penMarks(markup, set);
        List<PlannedLine> lines = new ArrayList<>(set.size());
        for (int i = 0; i < set.size(); i++) {
            LineImage image = unfinished(
                    document,
                    layout,
                    markup,
                    route,
                    seed,
                    i,
                    set.size(),
                    set.get(i),
                    substitutions.get(i),
                    marks.get(i));
            RenderLineRequest request = LineRequests.of(
                            image, version.id(), set.get(i).glyphs())
                    .toBuilder()
                    .setReadLine(isRead)
                    .build();
            lines.add(new PlannedLine(
                    ByteBuffer.wrap(request.toByteArray()),
                    ByteBuffer.wrap(StoreFormat.encoded(image)),
                    places.get(i).orElse(null),
                    null,
                    0.0));
        }
        return new Plan.Lines(lines);
    }

    /** The line's image but for what only the model server knows. */
    private static LineImage unfinished(
            TextDocument document,
            LayoutOptions layout,
            Markup markup,
            Route.To route,
            long seed,
            int index,
            int count,
            SetLine line,
            List<Substitution> substitutions,
            List<PenMark> penMarks) {
        Version version = route.version();
        StringBuilder text = new StringBuilder();
        List<GlyphBox> glyphs = new ArrayList<>(line.offsets().length);
        for (Glyph glyph : line.glyphs()) {
            text.append(glyph.text());
            if (!glyph.isSpace()) {
                glyphs.add(new GlyphBox(
                        glyph.text(), markup.offsets()[line.offsets()[glyphs.size()]], 0, 0, 0, 0, false, null));
            }
        }
        Provenance provenance = new Provenance(
                version.id(), version.sha256(), "", "", document.getStyle(), seed, route.policyRevision(), "", layout);
        return new LineImage(
                index,
                count,
                text.toString(),
                NOTHING,
                0,
                0,
                0.0,
                glyphs,
                substitutions.stream()
                        .map(substitution -> new Substitution(
                                markup.offsets()[substitution.getOffset()],
                                substitution.getOriginal(),
                                substitution.getReplacement(),
                                substitution.getRule()))
                        .toList(),
                provenance,
                OutputFormat.of(provenance).mediaType(),
                null,
                penMarks);
    }

    /** What is marked on each line; offsets grow along the text, so all takes time in proportion to it. */
    private static List<List<PenMark>> penMarks(Markup markup, List<SetLine> lines) {
        List<Markup.Span> spans = markup.spans().stream()
                .sorted(Comparator.comparingInt(Markup.Span::from))
                .toList();
        List<Markup.Span> open = new ArrayList<>();
        List<List<PenMark>> byLine = new ArrayList<>();
        int next = 0;
        for (SetLine line : lines) {
            int[] offsets = line.offsets();
            while (next < spans.size() && spans.get(next).from() <= line.lastOffset()) {
                open.add(spans.get(next++));
            }
            open.removeIf(span -> span.to() <= offsets[0]);
            List<PenMark> marks = new ArrayList<>();
            for (Markup.Span span : open) {
                int first = place(offsets, span.from());
                int after = place(offsets, span.to());
                if (first < after) {
                    marks.add(new PenMark(span.kind(), first, after - 1));
                }
            }
            byLine.add(marks);
        }
        return byLine;
    }

    /** The first place with an offset that is not smaller; places of one grapheme share theirs. */
    private static int place(int[] offsets, int offset) {
        int low = 0;
        int high = offsets.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (offsets[middle] < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * Gives each substitution to the line that draws it or, where it draws nothing, to the first line after it. A tab that is
     * kept is none, and a soft hyphen that ends a line is drawn.
     */
    private static List<List<Substitution>> byLine(
            List<SetLine> lines, List<Substitution> substitutions, Whitespace whitespace) {
        List<List<Substitution>> byLine = new ArrayList<>();
        lines.forEach(line -> byLine.add(new ArrayList<>()));
        int line = 0;
        for (Substitution substitution : substitutions) {
            if (whitespace == Whitespace.PRESERVE && substitution.getOriginal().equals("\t")) {
                continue;
            }
            while (line < lines.size() - 1 && lines.get(line).lastOffset() < substitution.getOffset()) {
                line++;
            }
            byLine.get(line).add(asSet(substitution, lines.get(line)));
        }
        return byLine;
    }

    private static Substitution asSet(Substitution substitution, SetLine line) {
        boolean isHyphen = substitution.getOriginal().equals(Character.toString(Tokeniser.SOFT_HYPHEN))
                && substitution.getOffset() == line.lastOffset();
        return isHyphen
                ? new Substitution(
                        substitution.getOffset(),
                        substitution.getOriginal(),
                        line.glyphs().get(line.glyphs().size() - 1).text(),
                        Tokeniser.HYPHENATED)
                : substitution;
    }

    /** Numbers the pages that have a line on them; a page without any is left out. */
    private static List<Optional<PagePlace>> places(List<SetLine> lines, LayoutOptions layout) {
        if (!layout.getPages()) {
            return lines.stream().map(line -> Optional.<PagePlace>empty()).toList();
        }
        int perPage = layout.getLinesPerPage();
        int pages = (int)
                lines.stream().map(line -> line.row() / perPage).distinct().count();
        List<Optional<PagePlace>> places = new ArrayList<>(lines.size());
        int page = 0;
        int first = 0;
        while (first < lines.size()) {
            int sheet = lines.get(first).row() / perPage;
            int end = first;
            while (end < lines.size() && lines.get(end).row() / perPage == sheet) {
                end++;
            }
            int rows = lines.get(end - 1).row() % perPage + 1;
            for (int i = first; i < end; i++) {
                places.add(Optional.of(new PagePlace(
                        page, pages, lines.get(i).row() % perPage, rows, i == end - 1, layout.getLineWidthPx())));
            }
            first = end;
            page++;
        }
        return places;
    }

    private static long utf8Length(String text) {
        return text.codePoints()
                .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }
}
