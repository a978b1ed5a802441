package io.inkstream.trainer.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;

/**
 * Which characters the reader takes for which, as a picture: a row for each character asked for, a column for each read;
 * the darker, the more often.
 *
 * @param characters in the order of rows and columns
 * @param data the picture as a data URI, one pixel a cell
 * @param mistakes the commonest, worst first
 */
record ConfusionPicture(String characters, String data, List<Mistake> mistakes) {
    private static final int MOST_MISTAKES = 20;

    /** One cell off the diagonal. */
    record Mistake(char asked, char read, String share) {}

    private record Cell(int asked, int read, double share) {}

    /** Returns the picture of a card's {@code confusion}: {@code characters}, and {@code counts} by rows. */
    static Optional<ConfusionPicture> of(Map<String, Object> card) {
        if (!(card.get("confusion") instanceof Map<?, ?> confusion)
                || !(confusion.get("characters") instanceof String characters)
                || !(confusion.get("counts") instanceof List<?> rows)
                || rows.size() != characters.length()) {
            return Optional.empty();
        }
        int size = rows.size();
        BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_GRAY);
        List<Cell> wrong = new ArrayList<>();
        for (int asked = 0; asked < size; asked++) {
            double[] counts = ((List<?>) rows.get(asked))
                    .stream()
                            .mapToDouble(count -> ((Number) count).doubleValue())
                            .toArray();
            double all = Math.max(1, Arrays.stream(counts).sum());
            for (int read = 0; read < size; read++) {
                double share = counts[read] / all;
                // The root lets one in a hundred be seen.
                image.getRaster().setSample(read, asked, 0, (int) Math.round(255 * (1 - Math.sqrt(share))));
                if (read != asked && share > 0) {
                    wrong.add(new Cell(asked, read, share));
                }
            }
        }
        List<Mistake> mistakes = wrong.stream()
                .sorted(Comparator.comparingDouble(Cell::share).reversed())
                .limit(MOST_MISTAKES)
                .map(cell -> new Mistake(
                        characters.charAt(cell.asked),
                        characters.charAt(cell.read),
                        String.format(Locale.ROOT, "%.0f %%", 100 * cell.share)))
                .toList();
        return Optional.of(new ConfusionPicture(characters, TrainingReport.dataUri("image/png", png(image)), mistakes));
    }

    private static byte[] png(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }
}
