# The page in the program: premura_embed_web(TARGET FOLDER) makes a static library of the files under FOLDER, with content
# types and a strong ETag each (daemon/http/web_files.h). Made anew when a file changes.
# The same file, run as a script, writes the C++:  cmake -D FOLDER=... -D OUTPUT=... -P EmbedWeb.cmake
set(PREMURA_WEB_TYPES html=text/html css=text/css js=text/javascript svg=image/svg+xml)

function(premura_web_glob folder result)
  set(patterns)
  foreach(type IN LISTS PREMURA_WEB_TYPES)
    string(REGEX REPLACE "=.*" "" extension "${type}")
    list(APPEND patterns ${folder}/*.${extension})
  endforeach()
  if(CMAKE_SCRIPT_MODE_FILE)
    file(GLOB_RECURSE files ${patterns})
  else()
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${patterns})
  endif()
  list(SORT files)
  set(${result} ${files} PARENT_SCOPE)
endfunction()

function(premura_embed_web target folder)
  premura_web_glob(${folder} files)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_data.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -D FOLDER=${folder} -D OUTPUT=${output} -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    DEPENDS ${files} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    COMMENT "Embedding ${folder}"
    VERBATIM)
  add_library(${target} STATIC ${output})
  target_link_libraries(${target} PUBLIC premura_options)
endfunction()

function(premura_write_web folder output)
  premura_web_glob(${folder} files)
  set(arrays "")
  set(table "")
  set(number 0)
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name ${folder} ${file})
    string(REGEX REPLACE ".*\\." "" extension ${name})
    set(type ${PREMURA_WEB_TYPES})
    list(FILTER type INCLUDE REGEX "^${extension}=")
    string(REGEX REPLACE "^[^=]*=" "" type "${type}")
    if(type MATCHES "^text/")
      string(APPEND type "; charset=utf-8")
    endif()
    file(SHA256 ${file} hash)
    string(SUBSTRING ${hash} 0 32 hash)
    file(READ ${file} bytes HEX)
    string(REGEX REPLACE "(................................................................)" "\\1\n    " bytes "${bytes}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
    # A last 0 makes an empty file an array as well.
    string(APPEND arrays "constexpr char bytes_${number}[] = {\n    ${bytes}0};\n")
    string(APPEND table "    {\"/${name}\", {{bytes_${number}, sizeof bytes_${number} - 1}, \"${type}\", \"\\\"${hash}\\\"\"}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  file(WRITE ${output} "// Generated from ${folder} by cmake/EmbedWeb.cmake.
#include \"daemon/http/web_files.h\"

namespace premura {
namespace {

${arrays}
constexpr NamedWebFile files[] = {
${table}};

}  // namespace

std::span<const NamedWebFile> web_files() { return files; }

}  // namespace premura
")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  cmake_policy(VERSION 3.25)
  premura_write_web(${FOLDER} ${OUTPUT})
endif()
