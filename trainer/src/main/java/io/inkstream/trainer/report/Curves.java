package io.inkstream.trainer.report;

import io.inkstream.schemas.avro.TrainingEvent;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/** The figures of a run against its steps, as charts: a figure shares one with that of real handwriting or another cell. */
final class Curves {
    private static final int WIDTH_PX = 460;
    private static final int HEIGHT_PX = 260;
    private static final int MOST_POINTS = 600;
    /** Okabe and Ito's palette, which colour-blind people can tell apart. */
    private static final Color[] COLOURS = {new Color(0, 114, 178), new Color(213, 94, 0), new Color(0, 158, 115)};

    private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final Map<String, String> SPELLING = Map.of(
            "cas",
            "CAS",
            "emnist",
            "EMNIST",
            "unipen",
            "UNIPEN",
            "frechet",
            "Fréchet distance",
            "lstm",
            "LSTM",
            "rnn",
            "RNN");
    private static final String REAL = "_real";
    private static final String GENERATED = "_generated";
    /** Endings of figures that share a chart, and what they are called there. */
    private static final Map<String, String> SHARING =
            Map.of(REAL, "real handwriting", GENERATED, "generated", "_lstm", "LSTM", "_rnn", "plain RNN");

    private Curves() {}

    /**
     * One chart.
     *
     * @param title what is shown
     * @param summary the same in a sentence, for those who do not see it
     * @param svg the drawing
     */
    record Chart(String title, String summary, String svg) {}

    /** Returns a chart for each figure, by its name; figures with a single value have none. */
    static List<Chart> of(List<TrainingEvent> events) {
        Map<String, Map<String, NavigableMap<Long, Double>>> charts = new TreeMap<>();
        for (TrainingEvent event : events) {
            Steps.measured(event).forEach((name, value) -> {
                if (Double.isFinite(value)) {
                    charts.computeIfAbsent(chartOf(name), chart -> new TreeMap<>())
                            .computeIfAbsent(name, figure -> new TreeMap<>())
                            // What was resumed comes later and counts.
                            .put(Steps.done(event), value);
                }
            });
        }
        List<Chart> drawn = new ArrayList<>();
        charts.forEach((title, series) -> {
            if (series.values().stream().anyMatch(points -> points.size() > 1)) {
                drawn.add(draw(words(title), series));
            }
        });
        return drawn;
    }

    private static String chartOf(String figure) {
        return figure.substring(0, figure.length() - endingOf(figure).length());
    }

    private static String endingOf(String figure) {
        return SHARING.keySet().stream().filter(figure::endsWith).findFirst().orElse("");
    }

    /** Returns the name of a figure as people write it. */
    static String words(String name) {
        StringJoiner words = new StringJoiner(" ");
        for (String word : name.split("_")) {
            words.add(SPELLING.getOrDefault(word, word));
        }
        String spaced = words.toString();
        return spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
    }

    private static Chart draw(String title, Map<String, NavigableMap<Long, Double>> allSeries) {
        XYChart chart = new XYChartBuilder().width(WIDTH_PX).height(HEIGHT_PX).build();
        chart.getStyler()
                .setLegendVisible(allSeries.size() > 1)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE)
                .setLegendFont(SMALL)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false);
        chart.getStyler()
                .setPlotGridVerticalLinesVisible(false)
                .setPlotGridLinesColor(new Color(0xe4e4e4))
                .setAxisTickLabelsFont(SMALL)
                .setXAxisTickMarkSpacingHint(90)
                .setYAxisTickMarkSpacingHint(40)
                .setXAxisDecimalPattern("#,###");
        Map<String, String> sentences = new LinkedHashMap<>();
        allSeries.forEach((name, points) -> {
            boolean real = name.endsWith(REAL);
            NavigableMap<Long, Double> shown = thinned(points);
            XYSeries series = chart.addSeries(
                    SHARING.getOrDefault(endingOf(name), "generated"),
                    shown.keySet().stream().mapToDouble(Long::doubleValue).toArray(),
                    shown.values().stream().mapToDouble(Double::doubleValue).toArray());
            series.setMarker(shown.size() == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
            Color colour = COLOURS[real ? 1 : sentences.size() % COLOURS.length];
            series.setLineColor(colour);
            series.setMarkerColor(colour);
            series.setLineStyle(
                    real
                            ? new BasicStroke(
                                    1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0)
                            : new BasicStroke(1.8f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            sentences.put(
                    name,
                    String.format(
                            Locale.ROOT,
                            "%s goes from %.4g at step %d to %.4g at step %d",
                            words(name),
                            points.firstEntry().getValue(),
                            points.firstKey(),
                            points.lastEntry().getValue(),
                            points.lastKey()));
        });
        return new Chart(title, String.join("; ", sentences.values()) + ".", svg(chart));
    }

    /** Returns at most a few hundred evenly spaced points, the last one among them. */
    private static NavigableMap<Long, Double> thinned(NavigableMap<Long, Double> points) {
        int every = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
        NavigableMap<Long, Double> thinned = new TreeMap<>();
        int i = points.size() - 1;
        for (Map.Entry<Long, Double> point : points.entrySet()) {
            if (i-- % every == 0) {
                thinned.put(point.getKey(), point.getValue());
            }
        }
        return thinned;
    }

    private static String svg(XYChart chart) {
        SVGGraphics2D graphics = new SVGGraphics2D(emptySvg());
        graphics.setSVGCanvasSize(new Dimension(WIDTH_PX, HEIGHT_PX));
        chart.paint(graphics, WIDTH_PX, HEIGHT_PX);
        StringWriter text = new StringWriter();
        try {
            graphics.stream(text, true);
        } catch (SVGGraphics2DIOException e) {
            throw new AssertionError("memory takes every character", e);
        }
        String svg = text.toString();
        // Without the document type, whose address some readers would ask for.
        return svg.substring(svg.indexOf("<svg"));
    }

    private static Document emptySvg() {
        try {
            return DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVGGraphics2D.SVG_NAMESPACE_URI, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new AssertionError("every Java platform builds documents", e);
        }
    }
}
