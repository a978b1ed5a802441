package io.inkstream.ops.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.DocumentEvent;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.TextDocument;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final int LINES = 3;
    private static final int WITH_PAGES = 1;
    private static final int TWICE = 2;
    private static final int UNUSABLE = 3;

    private final Ledger ledger = new Ledger(
            new Documents() {
                @Override
                public TextDocument document(int i) {
                    throw new AssertionError("nothing is sent here");
                }

                @Override
                public int lines(int i) {
                    return i == UNUSABLE ? 0 : LINES;
                }

                @Override
                public int copies(int i) {
                    return i == TWICE ? 2 : 1;
                }

                @Override
                public boolean hasPages(int i) {
                    return i == WITH_PAGES;
                }
            },
            () -> "a test");

    @Test
    void allThatComesOnceAndInOrderIsRight() {
        IntStream.rangeClosed(0, UNUSABLE).forEach(number -> ledger.send(number, number));
        lines(0, 0, 1, 2);
        lines(WITH_PAGES, 0, 1, 2);
        assertThat(ledger.oldest())
                .hasValueSatisfying(oldest -> assertThat(oldest.number()).isEqualTo(WITH_PAGES));
        page(WITH_PAGES);
        lines(TWICE, 0, 1, 2, 0, 1, 2);
        assertThat(ledger.open()).isEqualTo(1);
        refuse(UNUSABLE);

        assertThat(ledger.open()).isZero();
        Tally tally = ledger.close();
        assertThat(tally.wrong()).isZero();
        assertThat(tally.problems()).isEmpty();
        assertThat(tally.documents()).isEqualTo(4);
        assertThat(tally.lines()).isEqualTo(4 * LINES);
        assertThat(tally.pages()).isEqualTo(1);
        assertThat(tally.deadLetters()).isEqualTo(1);
    }

    @Test
    void whatNeverComesIsLost() {
        IntStream.rangeClosed(0, UNUSABLE).forEach(number -> ledger.send(number, number));
        lines(0, 0, 1);
        lines(WITH_PAGES, 0, 1, 2);
        lines(TWICE, 0, 1, 2);

        Tally tally = ledger.close();
        assertThat(tally.lost()).isEqualTo(1 + 1 + LINES + 1); // a line, a page, a copy, a dead letter
        assertThat(tally.problems()).hasSize(4);
    }

    @Test
    void whatComesAgainIsDoubledWhenItsDocumentIsDoneToo() {
        ledger.send(0, 0);
        ledger.send(WITH_PAGES, 1);
        ledger.send(UNUSABLE, 2);
        lines(0, 0, 0, 1, 2, 2);
        lines(WITH_PAGES, 0, 1, 2);
        page(WITH_PAGES);
        page(WITH_PAGES);
        refuse(UNUSABLE);
        refuse(UNUSABLE);

        Tally tally = ledger.close();
        assertThat(tally.doubled()).isEqualTo(4);
        assertThat(tally.wrong()).isEqualTo(4);
        assertThat(tally.problems()).contains("line 0 of document 0 came again (a test)");
    }

    @Test
    void linesOutOfTurnAreReorderedAndNotLost() {
        ledger.send(0, 0);
        lines(0, 1, 0, 2);

        Tally tally = ledger.close();
        assertThat(tally.reordered()).isEqualTo(2);
        assertThat(tally.wrong()).isEqualTo(2);
    }

    @Test
    void aDocumentOfTwoVersionsIsMixedOnce() {
        ledger.send(TWICE, 0);
        lines(TWICE, 0, 1, 2);
        take(line(TWICE, 0, "hands:2")); // the other copy may be another's
        take(line(TWICE, 1, "hands:1"));
        take(line(TWICE, 2, "hands:2"));

        Tally tally = ledger.close();
        assertThat(tally.mixedDocuments()).isEqualTo(1);
        assertThat(tally.wrong()).isEqualTo(1);
    }

    @Test
    void aDocumentThatIsRefusedThoughItCanBeDrawnIsLost() {
        ledger.send(0, 0);
        ledger.send(WITH_PAGES, 0);
        lines(0, 0);
        refuse(0);
        refuse(WITH_PAGES);

        assertThat(ledger.open()).isZero();
        Tally tally = ledger.close();
        assertThat(tally.lost()).isEqualTo(LINES - 1 + LINES);
        assertThat(tally.linesAndDeadLetter()).isEqualTo(1);
    }

    @Test
    void linesOfWhatCannotBeDrawnAreTooMany() {
        ledger.send(UNUSABLE, 0);
        lines(UNUSABLE, 0);
        refuse(UNUSABLE);

        Tally tally = ledger.close();
        assertThat(tally.doubled()).isEqualTo(1);
        assertThat(tally.linesAndDeadLetter()).isEqualTo(1);
    }

    private void lines(int number, int... indices) {
        for (int index : indices) {
            take(line(number, index, "hands:1"));
        }
    }

    private void page(int number) {
        take(new DocumentEvent.Page(Integer.toString(number), new PageImage()));
    }

    private void refuse(int number) {
        take(new DocumentEvent.Refused(
                Integer.toString(number), new DeadLetter("R", "why", "s", "t", 0, 0, null, null, -1, -1)));
    }

    private static DocumentEvent line(int number, int index, String model) {
        Provenance provenance = new Provenance();
        provenance.setModel(model);
        provenance.setModelSha256("0".repeat(64));
        LineImage image = new LineImage();
        image.setIndex(index);
        image.setProvenance(provenance);
        return new DocumentEvent.Line(Integer.toString(number), image);
    }

    private void take(DocumentEvent event) {
        ledger.take(ledger.sent(Integer.parseInt(event.document())), event);
    }
}
