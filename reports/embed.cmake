# Puts text files into the program, so that it needs none beside it.
#
#   assay_embed(TARGET FUNCTION FILES file...)
#
# compiles into TARGET the definition of `std::span<const assay::EmbeddedFile> FUNCTION()`, FUNCTION being a qualified
# name such as assay::suites::spec_files; its users declare it. The names of the files are given without their folders.
# Texts may be of any size; they may hold no zero byte and not the delimiter below.

if(CMAKE_SCRIPT_MODE_FILE) # run at build time, by the command that assay_embed() adds
  string(REGEX MATCH "^(.*)::([^:]*)$" matched "${FUNCTION}")
  set(namespace "${CMAKE_MATCH_1}")
  set(name "${CMAKE_MATCH_2}")
  set(delimiter "embedded_text")
  set(source "// Made by reports/embed.cmake.\n#include \"reports/embedded_file.h\"\n\n")
  string(APPEND source "using namespace std::string_view_literals;\n\nnamespace ${namespace} {\n\n")
  string(APPEND source "std::span<const EmbeddedFile> ${name}();\n\nstd::span<const EmbeddedFile> ${name}() {\n")
  string(APPEND source "  static constexpr EmbeddedFile files[] = {\n")
  foreach(file IN LISTS FILES)
    get_filename_component(file_name "${file}" NAME)
    file(READ "${file}" text)
    string(FIND "${text}" ")${delimiter}\"" position)
    if(NOT position EQUAL -1)
      message(FATAL_ERROR "${file}: holds the delimiter of embed.cmake; choose another one there")
    endif()
    string(APPEND source "      {\"${file_name}\"sv, R\"${delimiter}(${text})${delimiter}\"sv},\n")
  endforeach()
  string(APPEND source "  };\n  return files;\n}\n\n}  // namespace ${namespace}\n")
  file(WRITE "${OUTPUT}" "${source}")
  return()
endif()

set(ASSAY_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE} CACHE INTERNAL "The script that turns texts into C++")

function(assay_embed target function)
  cmake_parse_arguments(PARSE_ARGV 2 embed "" "" "FILES")
  string(REGEX REPLACE ".*::" "" stem "${function}")
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${stem}.cpp)
  set(files "")
  foreach(file IN LISTS embed_FILES)
    get_filename_component(absolute "${file}" ABSOLUTE)
    list(APPEND files "${absolute}")
  endforeach()
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} "-DFUNCTION=${function}" "-DFILES=${files}" "-DOUTPUT=${output}" -P ${ASSAY_EMBED_SCRIPT}
    DEPENDS ${files} ${ASSAY_EMBED_SCRIPT}
    COMMENT "Embedding ${stem}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
