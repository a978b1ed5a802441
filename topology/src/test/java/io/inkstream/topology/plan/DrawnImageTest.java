package io.inkstream.topology.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.Reading;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.rpc.RenderLineResponse;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.Models;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrawnImageTest {
    private static final String ID = "base:1";
    private static final String TEXT = "a bc";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLineCarriesWhatIsReadInItIfThatWasAskedFor(boolean isRead) throws InvalidProtocolBufferException {
        PlannedLine line = planned(isRead);
        RenderLineRequest request =
                RenderLineRequest.parseFrom(line.getRequest().duplicate());
        assertThat(request.getReadLine()).isEqualTo(isRead);
        RenderLineResponse response = FakeDrawing.response(request);
        if (isRead) {
            response = response.toBuilder().setReading("e bcd").build();
        }

        LineImage image = DrawnImage.of(StoreFormat.image(line.getImage()), response, false);

        assertThat(image.getReading()).isEqualTo(isRead ? new Reading("e bcd", 2) : null);
        assertThat(image.getText()).isEqualTo(TEXT);
        assertThat(image.getGlyphs()).hasSize(3).allMatch(glyph -> glyph.getWidth() > 0);
        assertThat(image.getProvenance().getPredictor()).isEqualTo(response.getPredictor());
        assertThat(image.getPng()).isEqualTo(response.getImage().asReadOnlyByteBuffer());
    }

    private static Fleet fleet() {
        FleetBook book = new FleetBook(Duration.ofDays(1));
        book.model(ID, Models.announcement(ID, Models.NOW));
        book.status("s/" + ID, Models.status("s", ID, ModelState.READY), Models.NOW);
        return Models.settled(book, Models.NOW);
    }

    private static PlannedLine planned(boolean isRead) {
        TextDocument document = TextDocument.newBuilder().setText(TEXT).build();
        return new Planner(1_000, isRead)
                .plan("doc", document, fleet(), Models.NOW)
                .match(
                        lines -> lines.lines().get(0),
                        waits -> {
                            throw new AssertionError(waits.reason());
                        },
                        refused -> {
                            throw new AssertionError(refused.message());
                        });
    }
}
