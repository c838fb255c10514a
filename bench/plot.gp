# SPDX-License-Identifier: LGPL-2.1-or-later
# Draws one chart: gnuplot -c plot.gp table|latency DIR/NAME.dat FILE.svg
name = ARG1
data = ARG2
image = ARG3
set terminal svg size 900,480 dynamic font 'sans-serif,13' noenhanced background rgb 'white'
set output image
set datafile separator tab
set datafile missing '?'
set key autotitle columnhead
set style data histograms
set style fill solid 0.9 noborder
set border 3 lc rgb '#555555'
set grid ytics back lt 1 lc rgb '#dddddd'
set tics nomirror

if (name eq 'table') {
    stats data using 0 nooutput
    set style histogram clustered gap 1
    set logscale y
    set ylabel 'ms'
    set xlabel 'routes'
    set format y '%g'
    set yrange [0.1:*]
    set key top left reverse Left
    array colour[6] = ['#9e9e9e', '#1565c0', '#ef6c00', '#8e24aa', '#2e7d32', '#795548']
    columns = STATS_columns
    plot for [i = 2:columns] data using i:xtic(1) lc rgb colour[i - 1]
} else {
    set style histogram clustered gap 1
    set ylabel 'multiple of a bare recv() thread'
    set yrange [0:*]
    set xtics rotate by -35
    set key outside below horizontal
    set rmargin 14
    plot data using 2:xtic(1) lc rgb '#1565c0', \
         '' using 3 lc rgb '#90caf9', \
         1 with lines lc rgb '#9e9e9e' lw 2 title 'the floor', \
         1.3 with lines lc rgb '#2e7d32' dt 2 lw 2 title 'bound of the median', \
         2 with lines lc rgb '#ef6c00' dt 2 lw 2 title 'bound of the p99'
}
