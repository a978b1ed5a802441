package io.inkstream.topology.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.PenMark;
import io.inkstream.schemas.avro.PenMarkKind;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.Models;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a text with markup asks of the pen is asked of each of its lines. */
class PenMarksTest {
    private static final String ID = "base:1";
    private static final int MOST_BYTES = 1 << 20;

    private static List<PlannedLine> planned(String text, LayoutOptions.Builder layout) {
        FleetBook book = new FleetBook(Duration.ofDays(1));
        book.model(ID, Models.announcement(ID, Models.NOW));
        book.status("s/" + ID, Models.status("s", ID, ModelState.READY), Models.NOW);
        Fleet fleet = Models.settled(book, Models.NOW);
        TextDocument document = TextDocument.newBuilder()
                .setText(text)
                .setLayout(layout.setMarkup(true).build())
                .build();
        return new Planner(MOST_BYTES, false)
                .plan("doc", document, fleet, Models.NOW)
                .match(
                        Plan.Lines::lines,
                        waits -> {
                            throw new AssertionError(waits.reason());
                        },
                        refused -> {
                            throw new AssertionError(refused.message());
                        });
    }

    private static LineImage image(PlannedLine line) {
        return StoreFormat.image(line.getImage());
    }

    @Test
    void aLineSaysWhichOfItsLettersAreMarkedAndWhereTheyStandInTheText() throws IOException {
        List<PlannedLine> lines = planned("a __bc d__ ~~e~~\nf", LayoutOptions.newBuilder());

        LineImage first = image(lines.get(0));
        assertThat(first.getText()).isEqualTo("a bc d e");
        assertThat(first.getPenMarks())
                .containsExactly(new PenMark(PenMarkKind.UNDERLINE, 1, 3), new PenMark(PenMarkKind.STRIKE, 4, 4));
        assertThat(first.getGlyphs()).extracting(GlyphBox::getOffset).containsExactly(0, 4, 5, 7, 13);
        assertThat(image(lines.get(1)).getPenMarks()).isEmpty();
        RenderLineRequest asked =
                RenderLineRequest.parseFrom(lines.get(0).getRequest().duplicate());
        assertThat(asked.getPenMarksList())
                .extracting(mark -> mark.getKind() + " " + mark.getFirst() + "-" + mark.getLast())
                .containsExactly("UNDERLINE 1-3", "STRIKE 4-4");
    }

    @Test
    void aMarkGoesOnInTheNextLine() {
        List<PlannedLine> lines =
                planned("__aaaa bbbb cccc dddd__", LayoutOptions.newBuilder().setLineWidthPx(190));

        assertThat(lines).hasSizeGreaterThan(1);
        for (PlannedLine line : lines) {
            LineImage image = image(line);
            assertThat(image.getPenMarks())
                    .containsExactly(new PenMark(
                            PenMarkKind.UNDERLINE, 0, image.getGlyphs().size() - 1));
        }
    }

    /** The stream thread plans: a text of marks must not keep it. A pass over all marks for each line took minutes. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void aTextOfMarksIsPlannedInBoundedTime() {
        List<PlannedLine> lines = planned("__a__~~b~~\n".repeat(MOST_BYTES / 16), LayoutOptions.newBuilder());

        assertThat(lines)
                .hasSize(MOST_BYTES / 16)
                .allSatisfy(line -> assertThat(image(line).getPenMarks()).hasSize(2));
    }
}
