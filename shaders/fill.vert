#version 460
// SPDX-License-Identifier: BSD-2-Clause
// One triangle that covers the viewport.
void main()
{
    vec2 corner = vec2((gl_VertexIndex << 1) & 2, gl_VertexIndex & 2);
    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}
