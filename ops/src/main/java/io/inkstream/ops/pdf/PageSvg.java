package io.inkstream.ops.pdf;

import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.util.Matrix;

/** Draws a page in the SVG of this software into a PDF: rectangles, groups that are moved, and paths of lines. */
final class PageSvg {
    private static final Pattern PLACE = Pattern.compile("matrix\\(1 (\\S{1,20}) 0 1 (\\S{1,20}) (\\S{1,20})\\)");
    private static final Pattern STEP = Pattern.compile("([MLh])([^MLh]+)");

    private final PDPageContentStream content;
    private final boolean hasPaper;

    /**
     * @param content whose unit is a pixel of the page, y downward
     * @param hasPaper whether the print of the paper is drawn, too
     */
    PageSvg(PDPageContentStream content, boolean hasPaper) {
        this.content = content;
        this.hasPaper = hasPaper;
    }

    /**
     * Draws.
     *
     * @return for each line of writing x and y of its left top corner, and its slope
     * @throws IOException if it is no such page
     */
    List<double[]> draw(byte[] svg) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        List<double[]> places = new ArrayList<>();
        List<Boolean> isMoved = new ArrayList<>();
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(svg));
            while (xml.hasNext()) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    switch (xml.getLocalName()) {
                        case "rect" -> rectangle(xml);
                        case "g" -> isMoved.add(group(xml, places));
                        case "path" -> path(xml);
                        default -> {}
                    }
                } else if (event == XMLStreamConstants.END_ELEMENT
                        && xml.getLocalName().equals("g")
                        && isMoved.remove(isMoved.size() - 1)) {
                    content.restoreGraphicsState();
                }
            }
        } catch (XMLStreamException | RuntimeException e) { // anybody may have written it
            throw new IOException("it is no page of this software: " + e.getMessage(), e);
        }
        return places;
    }

    private void rectangle(XMLStreamReader xml) throws IOException {
        if (hasPaper) {
            content.setNonStrokingColor(colour(xml, "fill"));
            content.addRect(number(xml, "x"), number(xml, "y"), number(xml, "width"), number(xml, "height"));
            content.fill();
        }
    }

    private boolean group(XMLStreamReader xml, List<double[]> places) throws IOException {
        if (attribute(xml, "stroke") != null) {
            content.setStrokingColor(colour(xml, "stroke"));
            content.setLineCapStyle(1); // round, as are the joins
            content.setLineJoinStyle(1);
        }
        Matcher place = PLACE.matcher(attribute(xml, "transform") == null ? "" : attribute(xml, "transform"));
        if (!place.matches()) {
            return false;
        }
        float slope = Float.parseFloat(place.group(1));
        float x = Float.parseFloat(place.group(2));
        float y = Float.parseFloat(place.group(3));
        content.saveGraphicsState();
        content.transform(new Matrix(1, slope, 0, 1, x, y));
        places.add(new double[] {x, y, slope});
        return true;
    }

    private void path(XMLStreamReader xml) throws IOException {
        content.setLineWidth(number(xml, "stroke-width"));
        Matcher step = STEP.matcher(attribute(xml, "d"));
        float x = 0;
        float y = 0;
        while (step.find()) {
            String[] numbers = step.group(2).trim().split(" ");
            switch (step.group(1)) {
                case "M" -> {
                    x = Float.parseFloat(numbers[0]);
                    y = Float.parseFloat(numbers[1]);
                    content.moveTo(x, y);
                }
                case "L" -> content.lineTo(Float.parseFloat(numbers[0]), Float.parseFloat(numbers[1]));
                default -> content.lineTo(x + Float.parseFloat(numbers[0]), y);
            }
        }
        content.stroke();
    }

    private static String attribute(XMLStreamReader xml, String name) {
        return xml.getAttributeValue(null, name);
    }

    private static float number(XMLStreamReader xml, String name) {
        return Float.parseFloat(attribute(xml, name));
    }

    private static Color colour(XMLStreamReader xml, String name) {
        return Color.decode(attribute(xml, name));
    }
}
